#include "store/bodies.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"

namespace hotdesk::store {
namespace {

void append_member(std::string& out, std::string_view key) {
  if (out.back() != '{') out.push_back(',');
  append_json_string(out, key);
  out.push_back(':');
}

std::string object_of(const Named& named) {
  std::string out = "{\"id\":\"" + named.id.text() + "\",\"name\":";
  append_json_string(out, named.name);
  return out + "}";
}

std::string object_of(const conversations::Actor& actor) {
  std::string out = "{\"role\":\"" + std::string(tenants::to_string(actor.role)) + "\",\"id\":\"" + actor.id.text() + "\",\"name\":";
  append_json_string(out, actor.name);
  return out + "}";
}

}  // namespace

std::string labels_json(const std::vector<std::string>& labels) {
  std::string out = "[";
  for (const std::string& label : labels) {
    if (out.size() > 1) out.push_back(',');
    append_json_string(out, label);
  }
  return out + "]";
}

std::string opened_body(const Named& department, bool bot) {
  return "{\"department\":" + object_of(department) + (bot ? ",\"bot\":true}" : "}");
}

std::string with_bot_body() { return R"({"code":"with_bot","params":{}})"; }

std::string assigned_body(const Named* assignee, const Named& department) {
  std::string out = "{";
  if (assignee != nullptr) {
    append_member(out, "assignee");
    out += object_of(*assignee);
  }
  append_member(out, "department");
  return out + object_of(department) + "}";
}

std::string transferred_body(const Named* from, const Named& from_department, const Named* to, const Named& to_department,
                             std::string_view note) {
  std::string out = "{\"from\":" + assigned_body(from, from_department) + ",\"to\":" + assigned_body(to, to_department);
  if (!note.empty()) {
    append_member(out, "note");
    append_json_string(out, note);
  }
  return out + "}";
}

std::string closed_body(const conversations::Actor& by, std::string_view reason) {
  std::string out = "{\"by\":" + object_of(by);
  if (!reason.empty()) {
    append_member(out, "reason");
    append_json_string(out, reason);
  }
  return out + "}";
}

std::string reopened_body(const conversations::Actor& by, bool bot) { return "{\"by\":" + object_of(by) + (bot ? ",\"bot\":true}" : "}"); }

std::string rated_body(int score, std::string_view comment) {
  std::string out = "{\"score\":" + std::to_string(score);
  if (!comment.empty()) {
    append_member(out, "comment");
    append_json_string(out, comment);
  }
  return out + "}";
}

std::string labels_body(const std::vector<std::string>& added, const std::vector<std::string>& removed,
                        const std::vector<std::string>& now) {
  return "{\"code\":\"labels\",\"params\":{\"added\":" + labels_json(added) + ",\"removed\":" + labels_json(removed) +
         ",\"labels\":" + labels_json(now) + "}}";
}

std::string handed_over_body(std::string_view component, std::string_view reason) {
  std::string out = "{\"code\":\"handed_over\",\"params\":{\"by\":";
  append_json_string(out, component);
  out += "}";
  if (!reason.empty()) {
    append_member(out, "note");
    append_json_string(out, reason);
  }
  return out + "}";
}

std::string seq_body(std::int64_t seq) { return "{\"seq\":" + std::to_string(seq) + "}"; }

std::string summary_body(const ConversationState& c) {
  std::string out = "{\"visitor\":" + object_of(c.visitor) + ",\"since\":" + std::to_string(c.waiting_since) + ",\"source\":";
  append_json_string(out, c.site.name);
  return out + ",\"labels\":" + labels_json(c.labels) + "}";
}

std::string preview_of(const std::string& body) {
  constexpr std::size_t limit = 200;
  // What encoders write for a plain text: no parsing on the writer for it.
  constexpr std::string_view head = "{\"text\":\"";
  constexpr std::string_view tail = "\"}";
  if (body.size() >= head.size() + tail.size() && body.starts_with(head) && body.ends_with(tail)) {
    const std::string_view text = std::string_view(body).substr(head.size(), body.size() - head.size() - tail.size());
    if (text.find('\\') == std::string_view::npos && text.find('"') == std::string_view::npos)
      return std::string(truncate_code_points(text, limit));
  }
  const Result<Json> parsed = parse_json(body);
  if (!parsed || !parsed->is_object()) return {};
  return std::string(truncate_code_points(find_string(*parsed, "text").value_or(""), limit));
}

}  // namespace hotdesk::store
