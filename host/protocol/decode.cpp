#include "protocol/decode.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "protocol/surrogates.hpp"

namespace hotdesk::protocol {
namespace {

/// A wrong or missing field, told to the client by name.
struct Wrong {
  std::string text;
};
template <class T>
using Field = std::variant<T, Wrong>;

std::optional<Uuid> find_uuid(const Json& object, const char* key) {
  const auto text = find_string(object, key);
  return text ? parse_uuid(*text) : std::nullopt;
}

/// Absent is fine, present and no UUID is not.
bool read_optional_uuid(const Json& object, const char* key, std::optional<Uuid>& out) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return true;
  out = find_uuid(object, key);
  return out.has_value();
}

Field<ClientFrame> read_hello(const Json& in) {
  Hello out;
  const auto ver = find_integer(in, "ver");
  const auto dev = find_string(in, "dev");
  if (!ver) return Wrong{"hello.ver must be an integer"};
  if (!dev || dev->empty() || dev->size() > 64 || !is_clean_text(*dev)) return Wrong{"hello.dev must be a text of 1 to 64 bytes"};
  out.ver = *ver;
  out.dev = *dev;
  if (const auto caps = in.find("caps"); caps != in.end() && !caps->is_array()) return Wrong{"hello.caps must be a list"};
  if (const auto resume = in.find("resume"); resume != in.end() && !resume->is_null()) {
    const auto epoch = find_string(*resume, "epoch");
    if (!epoch || !resume->contains("feeds") || !(*resume)["feeds"].is_object() || (*resume)["feeds"].size() > 64)
      return Wrong{"hello.resume must be {epoch, feeds{name: cur}} with at most 64 feeds"};
    out.resume = true;
    out.epoch = *epoch;
    for (const auto& [name, cur] : (*resume)["feeds"].items()) {
      const auto value = find_integer((*resume)["feeds"], name.c_str());
      if (!value || *value < 0) return Wrong{"hello.resume.feeds holds a cursor that is no whole number"};
      out.feeds[name] = *value;
    }
  }
  return out;
}

Field<ClientFrame> read_pub(const Json& in, const Limits& limits) {
  Pub out;
  const auto mid = find_uuid(in, "mid");
  const auto conv = find_uuid(in, "conv");
  const auto kind = find_string(in, "kind");
  if (!mid) return Wrong{"pub.mid must be a UUID"};
  if (!conv) return Wrong{"pub.conv must be a UUID"};
  if (!kind) return Wrong{"pub.kind must be a text"};
  const auto body = in.find("body");
  if (body == in.end() || !body->is_object()) return Wrong{"pub.body must be an object"};
  if (!read_optional_uuid(in, "after", out.after)) return Wrong{"pub.after must be a UUID"};
  if (!read_optional_uuid(in, "reply", out.reply)) return Wrong{"pub.reply must be a UUID"};
  out.mid = *mid;
  out.conv = *conv;
  out.kind = *kind;
  if (*kind == "text" || *kind == "note") {
    const auto text = find_string(*body, "text");
    if (!text || text->empty()) return Wrong{"pub.body.text must be a text that isn't empty"};
    const auto length = count_code_points(*text);
    if (!length || !is_clean_text(*text)) return Wrong{"pub.body.text holds U+0000 or a lone surrogate"};
    out.text_too_long = *length > static_cast<std::size_t>(limits.text);
    out.text = *text;
    out.body = "{\"text\":";
    append_json_string(out.body, *text);
    out.body.push_back('}');
  } else if (*kind == "recall") {
    out.target = find_uuid(*body, "mid");
    if (!out.target) return Wrong{"pub.body.mid must be a UUID"};
    out.body = "{\"mid\":\"" + out.target->text() + "\"}";
  } else if (*kind == "card" || *kind == "file") {
    out.body = dump_json(*body);
    if (out.body.find("\\u0000") != std::string::npos) return Wrong{"pub.body holds U+0000"};
  } else {
    return Wrong{"pub.kind is none of text, note, card, file, recall"};
  }
  return out;
}

Field<ClientFrame> read_sync(const Json& in, const std::string& id, const Limits& limits) {
  Sync out;
  if (id.empty()) return Wrong{"sync needs an id"};
  const auto max = find_integer(in, "max");
  if (in.contains("max") && (!max || *max < 1)) return Wrong{"sync.max must be a whole number from 1"};
  out.max = std::min(max.value_or(limits.page), limits.page);
  if (in.contains("conv")) {
    out.conv = find_uuid(in, "conv");
    out.before = find_integer(in, "before");
    out.after = find_integer(in, "after");
    if (!out.conv) return Wrong{"sync.conv must be a UUID"};
    if (in.contains("before") == in.contains("after")) return Wrong{"sync with conv needs one of before, after"};
    if ((in.contains("before") && !out.before) || (in.contains("after") && !out.after) || out.before.value_or(0) < 0 ||
        out.after.value_or(0) < 0)
      return Wrong{"sync.before and sync.after are whole numbers"};
    return out;
  }
  const auto cur = find_integer(in, "cur");
  if (!cur || *cur < 0) return Wrong{"sync.cur must be a whole number"};
  out.cur = *cur;
  out.feed = find_string(in, "feed").value_or("u");
  return out;
}

Field<ClientFrame> read_typing(const Json& in) {
  Typing out;
  const auto conv = find_uuid(in, "conv");
  const auto on = find_bool(in, "on");
  if (!conv || !on) return Wrong{"typing needs conv (UUID) and on (true or false)"};
  out.conv = *conv;
  out.on = *on;
  out.text = find_string(in, "text").value_or("");
  if (out.text.size() > 4096 || !is_clean_text(out.text)) return Wrong{"typing.text is longer than 4096 bytes"};
  return out;
}

Field<ClientFrame> read_presence(const Json& in) {
  Presence out;
  const auto state = find_string(in, "state");
  if (!state || state->empty() || state->size() > 32 || !is_clean_text(*state)) return Wrong{"presence.state must be a text of 1 to 32 bytes"};
  if (!read_optional_uuid(in, "conv", out.conv)) return Wrong{"presence.conv must be a UUID"};
  out.state = *state;
  return out;
}

Field<ClientFrame> read_frame(const std::string& t, const Json& in, const std::string& id, const Limits& limits) {
  if (t == "pub") return read_pub(in, limits);
  if (t == "hello") return read_hello(in);
  if (t == "sync") return read_sync(in, id, limits);
  if (t == "typing") return read_typing(in);
  if (t == "presence") return read_presence(in);
  if (t == "got") {
    const auto cur = find_integer(in, "cur");
    if (!cur || *cur < 0) return Wrong{"got.cur must be a whole number"};
    return Got{*cur};
  }
  if (t == "read") {
    const auto conv = find_uuid(in, "conv");
    const auto seq = find_integer(in, "seq");
    if (!conv || !seq || *seq < 0) return Wrong{"read needs conv (UUID) and seq (whole number)"};
    return Read{*conv, *seq};
  }
  if (t == "ping") return Ping{find_integer(in, "n").value_or(0)};
  if (t == "pong") return Pong{find_integer(in, "n").value_or(0)};
  if (t == "bye") return Bye{find_string(in, "why").value_or("").substr(0, 256)};
  return Unsupported{t};
}

}  // namespace

std::variant<Decoded, BadFrame> decode(std::string_view text, const Limits& limits) {
  auto parsed = parse_json(text, 16);
  bool lone_surrogate = false;
  if (!parsed) {
    // A lone surrogate is a wrong field, not a broken frame: read the rest, so that the answer names the mid.
    const std::string mended = replace_lone_surrogates(text);
    if (mended != text) parsed = parse_json(mended, 16), lone_surrogate = parsed.has_value();
  }
  if (!parsed) return BadFrame{.fatal = true, .text = parsed.error().text};
  const Json& in = *parsed;
  if (!in.is_object()) return BadFrame{.fatal = true, .text = "a frame is a JSON object"};

  BadFrame bad;
  bad.id = find_string(in, "id").value_or("");
  if (bad.id.empty())
    if (const auto number = find_integer(in, "id")) bad.id = std::to_string(*number);
  if (bad.id.size() > 64) bad.id.clear();
  const auto t = find_string(in, "t");
  if (!t) {
    bad.text = "a frame needs t, a text";
    return bad;
  }
  bad.was_pub = *t == "pub";
  if (bad.was_pub) bad.mid = find_uuid(in, "mid");
  if (lone_surrogate) {
    bad.text = "the text holds a lone surrogate";
    return bad;
  }
  auto frame = read_frame(*t, in, bad.id, limits);
  if (auto* wrong = std::get_if<Wrong>(&frame)) {
    bad.text = std::move(wrong->text);
    return bad;
  }
  auto& value = std::get<ClientFrame>(frame);
  if (auto* unsupported = std::get_if<Unsupported>(&value); unsupported && unsupported->t != "watch" && unsupported->t != "auth") {
    bad.unknown_type = true;
    bad.text = "no frame type \"" + std::string(truncate_code_points(unsupported->t, 32)) + "\"";
    return bad;
  }
  return Decoded{std::move(bad.id), std::move(value)};
}

}  // namespace hotdesk::protocol
