#include "protocol/encode.hpp"

#include <charconv>

#include "base/json.hpp"

namespace hotdesk::protocol {
namespace {

/// Appends members of one JSON object; the hot frames are written without building a tree.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_.push_back('{'); }
  ~Object() { out_.push_back('}'); }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  Object& text(std::string_view key, std::string_view value) {
    name(key);
    append_json_string(out_, value);
    return *this;
  }
  Object& integer(std::string_view key, std::int64_t value) {
    name(key);
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, end);
    return *this;
  }
  Object& boolean(std::string_view key, bool value) {
    name(key);
    out_ += value ? "true" : "false";
    return *this;
  }
  Object& uuid(std::string_view key, const Uuid& value) {
    name(key);
    out_.push_back('"');
    out_ += value.text();
    out_.push_back('"');
    return *this;
  }
  Object& raw(std::string_view key, std::string_view json) {
    name(key);
    out_ += json;
    return *this;
  }
  Object& re(std::string_view id) { return id.empty() ? *this : text("re", id); }
  std::string& member(std::string_view key) {
    name(key);
    return out_;
  }

 private:
  void name(std::string_view key) {
    if (!first_) out_.push_back(',');
    first_ = false;
    out_.push_back('"');
    out_ += key;
    out_ += "\":";
  }
  std::string& out_;
  bool first_ = true;
};

void append_from(std::string& out, const From& from) {
  Object object(out);
  object.text("role", from.role);
  if (!from.id.is_nil()) object.uuid("id", from.id);
  object.text("name", from.name);
}

void append_entry(Object& object, const EntryView& entry) {
  if (!entry.feed.empty()) object.text("feed", entry.feed);
  if (entry.cur != 0) object.integer("cur", entry.cur).integer("prev", entry.prev);
  if (!entry.conv.is_nil()) object.uuid("conv", entry.conv);
  if (entry.seq != 0) object.integer("seq", entry.seq);
  object.text("kind", entry.kind);
  append_from(object.member("from"), entry.from);
  if (entry.mid) object.uuid("mid", *entry.mid);
  if (entry.reply) object.uuid("reply", *entry.reply);
  if (entry.recalled) object.boolean("recalled", true);
  object.raw("body", entry.body.empty() ? std::string_view("{}") : entry.body).integer("ts", entry.ts);
}

template <class Fill>
std::string frame(std::string_view type, Fill fill, std::size_t reserve = 160) {
  std::string out;
  out.reserve(reserve);
  {
    Object object(out);
    object.text("t", type);
    fill(object);
  }
  return out;
}

}  // namespace

std::string encode_evt(const EntryView& entry) {
  return frame("evt", [&](Object& o) { append_entry(o, entry); }, 320 + entry.body.size());
}

std::string encode_welcome(const WelcomeView& welcome, const Limits& limits) {
  return frame("welcome", [&](Object& o) {
    o.re(welcome.re).text("sid", welcome.sid).uuid("user", welcome.user).text("rt", welcome.rt).text("epoch", welcome.epoch);
    {
      Object feeds(o.member("feeds"));
      for (const auto& [name, state] : welcome.feeds) {
        Object feed(feeds.member(name));
        feed.integer("cur", state.cur).integer("head", state.head).boolean("resumed", state.resumed);
      }
    }
    if (welcome.conv) o.uuid("conv", *welcome.conv);
    o.integer("now", welcome.now);
    {
      Object hb(o.member("hb"));
      hb.integer("ms", limits.heartbeat_ms).integer("timeout", limits.timeout_ms);
    }
    Object lim(o.member("lim"));
    lim.integer("bytes", limits.frame_bytes).integer("text", limits.text).integer("rate", welcome.rate);
    lim.integer("window", limits.window).integer("page", limits.page);
  }, 640);
}

std::string encode_ack(const AckView& ack) {
  return frame("ack", [&](Object& o) {
    o.re(ack.re).uuid("mid", ack.mid).uuid("conv", ack.conv).integer("seq", ack.seq).integer("ts", ack.ts).boolean("dup", ack.dup);
    if (ack.cur != 0) o.integer("cur", ack.cur).integer("prev", ack.prev);
    if (!ack.body.empty()) o.raw("body", ack.body);
  }, 224 + ack.body.size());
}

std::string encode_page(std::string_view re, const std::vector<EntryView>& items, std::int64_t next, bool more, std::int64_t head) {
  return frame("page", [&](Object& o) {
    o.re(re);
    auto& out = o.member("items");
    out.push_back('[');
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out.push_back(',');
      Object item(out);
      append_entry(item, items[i]);
    }
    out.push_back(']');
    o.integer("next", next).boolean("more", more).integer("head", head);
  }, 96 + items.size() * 384);
}

std::string encode_err(const ErrView& err) {
  return frame("err", [&](Object& o) {
    o.re(err.re);
    if (err.mid) o.uuid("mid", *err.mid);
    o.text("code", to_string(err.code)).text("msg", err.msg);
    if (err.retry != 0) o.integer("retry", err.retry);
    if (err.next) o.uuid("next", *err.next);
    if (err.now != 0) o.integer("now", err.now);
  });
}

std::string encode_typing(const Uuid& conv, bool on, std::string_view text, const From& from) {
  return frame("typing", [&](Object& o) {
    o.uuid("conv", conv).boolean("on", on);
    if (!text.empty()) o.text("text", text);
    append_from(o.member("from"), from);
  });
}

std::string encode_delta(const Uuid& conv, const Uuid& mid, std::string_view text, bool done) {
  return frame("delta", [&](Object& o) { o.uuid("conv", conv).uuid("mid", mid).text("text", text).boolean("done", done); },
               160 + text.size());
}

std::string encode_presence(const std::optional<Uuid>& user, const std::optional<Uuid>& conv, std::string_view state) {
  return frame("presence", [&](Object& o) {
    if (user) o.uuid("user", *user);
    if (conv) o.uuid("conv", *conv);
    o.text("state", state);
  });
}

std::string encode_ping(std::int64_t n) {
  return frame("ping", [&](Object& o) { o.integer("n", n); });
}

std::string encode_pong(std::string_view re, std::int64_t n, const std::map<std::string, std::int64_t>& heads, std::int64_t now) {
  return frame("pong", [&](Object& o) {
    o.re(re).integer("n", n);
    {
      Object feeds(o.member("heads"));
      for (const auto& [name, head] : heads) feeds.integer(name, head);
    }
    o.integer("now", now);
  });
}

std::string encode_lag(std::string_view feed, std::int64_t head) {
  return frame("lag", [&](Object& o) {
    if (!feed.empty()) o.text("feed", feed);
    o.integer("head", head);
  });
}

std::string encode_drain(std::int64_t in_ms, std::int64_t spread_ms) {
  return frame("drain", [&](Object& o) { o.integer("in", in_ms).integer("spread", spread_ms); });
}

std::string encode_bye(std::string_view why) {
  return frame("bye", [&](Object& o) { o.text("why", why); });
}

}  // namespace hotdesk::protocol
