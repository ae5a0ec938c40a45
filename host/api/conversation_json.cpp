#include "api/conversation_json.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hotdesk::api {
namespace {
Json from_json(const conversations::Actor& actor) {
  Json out = {{"role", tenants::to_string(actor.role)}, {"name", actor.name}};
  if (!actor.id.is_nil()) out["id"] = actor.id.text();
  return out;
}
}  // namespace

Json to_json(const Services& services, const conversations::Conversation& c) {
  Json last = nullptr;
  if (c.last) {
    last = {{"seq", c.last->seq}, {"from", from_json(c.last->from)}, {"kind", c.last->kind}, {"ts", c.last->ts}};
    if (!c.last->text.empty()) last["text"] = c.last->text;
  }
  Json assignee = nullptr;
  if (c.assignee) assignee = {{"id", c.assignee->text()}, {"name", c.assignee_name}};
  return {{"id", c.id.text()},
          {"status", conversations::to_string(c.status)},
          {"visitor", {{"id", c.visitor.text()}, {"name", c.visitor_name}, {"online", services.presence.is_online(c.tenant, c.visitor)}}},
          {"assignee", std::move(assignee)},
          {"department", {{"id", c.department.text()}, {"name", c.department_name}}},
          {"labels", c.labels},
          {"priority", c.priority},
          {"seq", c.seq},
          {"read", c.read},
          {"last", std::move(last)},
          {"opened_at", to_rfc3339(c.opened_at)},
          {"updated_at", to_rfc3339(c.updated_at)}};
}

Json to_json(const conversations::Entry& entry) {
  Json out = {{"conv", entry.conversation.text()}, {"kind", entry.kind}, {"from", from_json(entry.from)}, {"ts", entry.ts}};
  if (entry.seq > 0) out["seq"] = entry.seq;
  if (entry.mid) out["mid"] = entry.mid->text();
  if (entry.reply) out["reply"] = entry.reply->text();
  if (entry.recalled) out["recalled"] = true;
  auto body = parse_json(entry.body);
  out["body"] = body && body->is_object() ? std::move(*body) : Json::object();
  return out;
}

}  // namespace hotdesk::api
