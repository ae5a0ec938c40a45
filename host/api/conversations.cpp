#include <nlohmann/json.hpp>

#include <charconv>
#include <future>

#include "api/conversation_json.hpp"
#include "api/fields.hpp"
#include "api/resources.hpp"

namespace hotdesk::api {
namespace {
using conversations::Change;
using conversations::Committed;
using conversations::Conversation;
using conversations::Outcome;
using tenants::Action;
using tenants::Role;

constexpr auto commit_patience = std::chrono::seconds(10);

Error no_such() { return fail(Errc::not_found, "no such conversation"); }

/// The conversation of the path, if the caller may know of it: staff of the tenant, or its visitor.
Result<Conversation> find(const Call& call) {
  auto found = call.services.conversations.find_conversation(call.caller.tenant, call.id(), call.caller.user);
  if (!found) return found.error();
  if (!*found) return no_such();
  if (call.caller.role == Role::visitor && (*found)->visitor != call.caller.user) return no_such();
  return std::move(**found);
}

Answer refusal(const Committed& committed) {
  const std::string& text = committed.text;
  const auto said = [&](const char* otherwise) { return text.empty() ? std::string(otherwise) : text; };
  switch (committed.outcome) {
    case Outcome::closed: {
      Problem problem;
      problem.status = 409;
      problem.code = "E_CONV_CLOSED";
      problem.detail = said("the conversation is closed");
      return to_response(problem);
    }
    case Outcome::conflict: return fail(Errc::conflict, said("the conversation is not in a state for this, or the visitor has a later one"));
    case Outcome::forbidden: return no_such();
    case Outcome::rejected: return fail(Errc::invalid, said("the store cannot hold this"));
    case Outcome::order:
    case Outcome::reuse: return fail(Errc::conflict, said("the change does not apply"));
    case Outcome::ok:
    case Outcome::dup:
    case Outcome::nothing:
    case Outcome::storage: break;
  }
  return fail(Errc::storage, "the change could not be stored just now; try again");
}

/// Commits and answers with the conversation as it is then. Waits on the pool thread: a group commit takes milliseconds.
Answer commit(const Call& call, conversations::What what) {
  Change change;
  change.tenant = call.caller.tenant;
  change.conversation = call.id();
  change.actor = {call.caller.role, call.caller.user, call.caller.name};
  change.now = call.services.clock.now_ms();
  change.ip = call.caller.ip;
  change.what = std::move(what);
  const auto promise = std::make_shared<std::promise<Committed>>();
  auto future = promise->get_future();
  call.services.timeline.commit(std::move(change), [promise](Committed&& committed) { promise->set_value(std::move(committed)); });
  if (future.wait_for(commit_patience) != std::future_status::ready)
    return fail(Errc::storage, "the store is slow just now; look whether the change came through before trying again");
  const Committed committed = future.get();
  if (committed.outcome != Outcome::ok && committed.outcome != Outcome::nothing && committed.outcome != Outcome::dup) return refusal(committed);
  const auto now = find(call);
  if (!now) return now.error();
  return json(to_json(call.services, *now));
}

Answer index(const Call& call) {
  conversations::ListFilter filter;
  filter.cursor = call.cursor();
  filter.limit = call.limit();
  const auto status = call.http.query("status").value_or("open");
  if (status == "open") filter.status = conversations::Status::open;
  else if (status == "waiting") filter.status = conversations::Status::waiting;
  else if (status == "closed") filter.status = conversations::Status::closed;
  else if (status == "bot") filter.status = conversations::Status::bot;
  else if (status == "snoozed") filter.status = conversations::Status::snoozed;
  else if (status != "all") return fail(Errc::invalid, "open, waiting, closed, bot, snoozed or all", "status");
  if (const auto assignee = call.http.query("assignee"); assignee && !assignee->empty()) {
    if (*assignee == "me") filter.assignee = call.caller.user;
    else if (*assignee == "none") filter.unassigned = true;
    else if (!(filter.assignee = parse_uuid(*assignee))) return fail(Errc::invalid, "me, none or a user's id", "assignee");
  }
  auto page = call.services.conversations.list_conversations(call.caller.tenant, call.caller.user, filter);
  if (!page) return page.error();
  Json data = Json::array();
  for (const Conversation& each : page->items) data.push_back(to_json(call.services, each));
  return list(std::move(data), page->next);
}

Answer show(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  return json(to_json(call.services, *conversation));
}

Answer messages(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  std::int64_t before = 0;
  if (const auto text = call.http.query("before").value_or(call.http.query("cursor").value_or("")); !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), before);
    if (error != std::errc{} || end != text.data() + text.size() || before < 1) return fail(Errc::invalid, "a sequence number, 1 or more", "before");
  }
  auto page = call.services.messages.read_conversation(call.caller.tenant, call.id(), before, std::nullopt, call.limit(),
                                                       call.caller.role != Role::visitor);
  if (!page) return page.error();
  Json data = Json::array();
  for (const auto& entry : page->items) data.push_back(to_json(entry));
  return list(std::move(data), page->more ? std::to_string(page->next) : std::string());
}

/// The one of `assignee` and `department` that the body names, looked up in the caller's tenant.
struct Target {
  std::optional<Uuid> assignee;
  std::string assignee_name;
  std::optional<Uuid> department;
};
Result<Target> find_target(const Call& call, Fields& fields) {
  Target target;
  target.assignee = fields.id("assignee");
  target.department = fields.id("department");
  if (fields.good() && target.assignee.has_value() == target.department.has_value()) fields.refuse("assignee", "name an assignee or a department");
  if (!fields.good()) return target;
  if (target.assignee) {
    auto user = call.services.users.find_user(call.caller.tenant, *target.assignee);
    if (!user) return user.error();
    if (!*user || !(*user)->active || !tenants::is_staff((*user)->role)) fields.refuse("assignee", "no such agent");
    else target.assignee_name = (*user)->name;
  } else {
    auto departments = call.services.tenants.list_departments(call.caller.tenant);
    if (!departments) return departments.error();
    bool found = false;
    for (const auto& department : *departments) found = found || department.id == *target.department;
    if (!found) fields.refuse("department", "no such department");
  }
  return target;
}

Answer assign(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  Fields fields(call.body);
  auto target = find_target(call, fields);
  if (!target) return target.error();
  if (!fields.good()) return fields.problem();
  conversations::Assigned assigned;
  assigned.assignee = target->assignee;
  assigned.assignee_name = target->assignee_name;
  assigned.department = target->department;
  const bool nobodys = conversation->status == conversations::Status::waiting || conversation->status == conversations::Status::bot;
  if (nobodys && target->assignee == call.caller.user) {
    // Two who take the same one at once: the first has it, the second hears so.
    assigned.taken = true;
    assigned.expected = conversation->status;
  }
  return commit(call, std::move(assigned));
}

Answer transfer(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  Fields fields(call.body);
  auto target = find_target(call, fields);
  if (!target) return target.error();
  const auto note = fields.text("note", 2000);
  if (!fields.good()) return fields.problem();
  conversations::Transferred transferred;
  transferred.assignee = target->assignee;
  transferred.assignee_name = target->assignee_name;
  transferred.department = target->department;
  transferred.note = note.value_or("");
  return commit(call, std::move(transferred));
}

Answer close(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  Fields fields(call.body);
  const auto reason = fields.text("reason", 500);
  if (!fields.good()) return fields.problem();
  return commit(call, conversations::Closed{reason.value_or("")});
}

Answer reopen(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  return commit(call, conversations::Reopened{});
}

Answer rate(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  Fields fields(call.body);
  const auto score = fields.integer("score", 1, 5);
  if (!score && fields.good()) fields.refuse("score", "is needed");
  const auto comment = fields.text("comment", 2000);
  if (!fields.good()) return fields.problem();
  return commit(call, conversations::Rated{static_cast<int>(*score), comment.value_or("")});
}

Answer labels(const Call& call) {
  const auto conversation = find(call);
  if (!conversation) return conversation.error();
  Fields fields(call.body);
  auto add = fields.texts("add", 50, 64);
  auto remove = fields.texts("remove", 50, 64);
  if (!fields.good()) return fields.problem();
  return commit(call, conversations::Labeled{add.value_or(std::vector<std::string>{}), remove.value_or(std::vector<std::string>{})});
}
}  // namespace

void add_conversations(Routes& routes) {
  const std::string one = "/api/v1/conversations/{id}";
  routes.add("GET", "/api/v1/conversations", Action::list_conversations, index);
  routes.add("GET", one, Action::read_conversation, show);
  routes.add("GET", one + "/messages", Action::read_conversation, messages);
  routes.add("POST", one + "/assign", Action::assign, assign);
  routes.add("POST", one + "/transfer", Action::transfer, transfer);
  routes.add("POST", one + "/close", Action::close, close);
  routes.add("POST", one + "/reopen", Action::reopen, reopen);
  routes.add("POST", one + "/rate", Action::rate, rate);
  routes.add("POST", one + "/labels", Action::label, labels);
}

}  // namespace hotdesk::api
