#include "plugins/calls/translate.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.hpp"
#include "plugins/abi_text.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_text = 64 * 1024;
constexpr std::size_t most_reason = 1024;
constexpr std::size_t most_citations = 8;

template <class Item>
hotdesk_array to_array(const std::vector<Item>& items) noexcept {
  return {items.data(), items.size(), sizeof(Item)};
}

/// Copies a text of an answer if it is sound.
bool take(hotdesk_text text, std::size_t most, const Holds& holds, std::string& out) {
  if (text.size == 0) return true;
  if (text.data == nullptr || text.size > most || !holds(text.data, static_cast<std::size_t>(text.size))) return false;
  out = to_view(text);
  return is_clean_text(out);
}

hotdesk_result read(const FilterAsk&, const hotdesk_filter_answer& answer, const Holds& holds, Reply& reply, const char*& wrong) {
  FilterReply out;
  out.verdict = answer.verdict;
  if (!take(answer.text, most_text, holds, out.text)) return wrong = "the answer's text is not from keep(), not UTF-8 or too long", HOTDESK_E_INVALID;
  if (!take(answer.reason, most_reason, holds, out.reason)) return wrong = "the answer's reason is not from keep(), not UTF-8 or too long", HOTDESK_E_INVALID;
  reply = std::move(out);
  return HOTDESK_OK;
}

hotdesk_result read(const RouteAsk& ask, const hotdesk_route_answer& answer, const Holds& holds, Reply& reply, const char*& wrong) {
  RouteReply out;
  out.target = answer.target;
  if (!take(answer.reason, most_reason, holds, out.reason)) return wrong = "the answer's reason is not from keep(), not UTF-8 or too long", HOTDESK_E_INVALID;
  if (answer.target < HOTDESK_ROUTE_AGENT || answer.target > HOTDESK_ROUTE_DEPARTMENT) return HOTDESK_SKIP;
  if (answer.target == HOTDESK_ROUTE_AGENT) {
    out.agent = to_uuid(answer.agent);
    if (std::none_of(ask.available.begin(), ask.available.end(), [&](const auto& one) { return one.id == out.agent; }))
      return wrong = "names an agent who is not available", HOTDESK_E_INVALID;
  }
  if (answer.target == HOTDESK_ROUTE_DEPARTMENT) {
    out.department = to_uuid(answer.department);
    if (std::none_of(ask.departments.begin(), ask.departments.end(), [&](const auto& one) { return one.id == out.department; }))
      return wrong = "names a department that does not exist", HOTDESK_E_INVALID;
  }
  out.again_ms = answer.again_ms;
  reply = std::move(out);
  return HOTDESK_OK;
}

hotdesk_result read(const TurnAsk&, const hotdesk_turn_answer& answer, const Holds& holds, Reply& reply, const char*& wrong) {
  TurnReply out;
  out.end = answer.end == HOTDESK_TURN_ANSWERED ? HOTDESK_TURN_ANSWERED : HOTDESK_TURN_HUMAN;
  if (!take(answer.reason, most_reason, holds, out.reason)) return wrong = "the answer's reason is not from keep(), not UTF-8 or too long", HOTDESK_E_INVALID;
  out.confidence = std::isfinite(answer.confidence) ? std::min(answer.confidence, 1.0) : -1;
  const auto& all = answer.citations;
  if (all.count > most_citations || (all.count != 0 && (all.items == nullptr || all.stride < sizeof(hotdesk_citation))))
    return wrong = "has more than 8 citations", HOTDESK_E_INVALID;
  if (all.count != 0 && !holds(static_cast<const char*>(all.items), static_cast<std::size_t>(all.count * all.stride)))
    return wrong = "the answer's citations are not from keep()", HOTDESK_E_INVALID;
  for (std::uint64_t i = 0; i < all.count; ++i) {
    const auto* from = HOTDESK_AT(hotdesk_citation, all, i);
    Citation one;
    one.article = to_uuid(from->article);
    if (!take(from->title, most_reason, holds, one.title) || !take(from->url, most_reason, holds, one.url))
      return wrong = "a citation is not from keep(), not UTF-8 or too long", HOTDESK_E_INVALID;
    if (!one.url.empty() && !one.url.starts_with("https://")) return wrong = "a citation's url is not https", HOTDESK_E_INVALID;
    out.citations.push_back(std::move(one));
  }
  reply = std::move(out);
  return HOTDESK_OK;
}

}  // namespace

hotdesk_id to_id(const Uuid& uuid) noexcept {
  hotdesk_id id;
  std::memcpy(id.bytes, uuid.bytes().data(), 16);
  return id;
}

Uuid to_uuid(const hotdesk_id& id) noexcept {
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), id.bytes, 16);
  return Uuid(bytes);
}

Input::Input(const Ask& ask) {
  std::visit([this](const auto& one) { fill(one); }, ask);
}

hotdesk_array Input::take_attributes(const Attributes& attributes) {
  attributes_.reserve(attributes.size());
  for (const auto& [name, value] : attributes) attributes_.push_back({sizeof(hotdesk_attribute), 0, to_text(name), to_text(value)});
  return to_array(attributes_);
}

void Input::fill(const FilterAsk& ask) {
  auto& out = struct_.emplace<hotdesk_filter_message>();
  out.size = sizeof out;
  out.role = ask.role;
  out.direction = ask.direction;
  out.kind = ask.kind;
  out.flags = ask.flags;
  out.conversation = to_id(ask.conversation);
  out.visitor = to_id(ask.visitor);
  out.text = to_text(ask.text);
  out.language = to_text(ask.language);
  out.file_hash = to_text(ask.file_hash);
  out.file_type = to_text(ask.file_type);
  out.file_bytes = ask.file_bytes;
}

void Input::fill(const RouteAsk& ask) {
  auto& out = struct_.emplace<hotdesk_route_request>();
  for (const auto& label : ask.labels) labels_.push_back(to_text(label));
  agent_departments_.reserve(ask.available.size());
  for (const auto& from : ask.available) {
    auto& departments = agent_departments_.emplace_back();
    for (const auto& id : from.departments) departments.push_back(to_id(id));
    hotdesk_agent agent{};
    agent.size = sizeof agent;
    agent.open = from.open;
    agent.capacity = from.capacity;
    agent.id = to_id(from.id);
    agent.name = to_text(from.name);
    agent.last_assigned_at = from.last_assigned_at;
    agent.username = to_text(from.username);
    agent.departments = to_array(departments);
    agents_.push_back(agent);
  }
  for (const auto& from : ask.departments) departments_.push_back({sizeof(hotdesk_department), 0, to_id(from.id), to_text(from.name)});
  out.size = sizeof out;
  out.priority = ask.priority;
  out.conversation = to_id(ask.conversation);
  out.visitor = to_id(ask.visitor);
  out.department = to_id(ask.department);
  out.last_agent = to_id(ask.last_agent);
  out.labels = to_array(labels_);
  out.available = to_array(agents_);
  out.waiting_since = ask.waiting_since;
  out.now = ask.now;
  out.channel = to_text(ask.channel);
  out.language = to_text(ask.language);
  out.attributes = take_attributes(ask.attributes);
  out.departments = to_array(departments_);
}

void Input::fill(const TurnAsk& ask) {
  auto& out = struct_.emplace<hotdesk_turn>();
  out.size = sizeof out;
  out.conversation = to_id(ask.conversation);
  out.visitor = to_id(ask.visitor);
  out.seq = ask.seq;
  out.text = to_text(ask.text);
  out.language = to_text(ask.language);
}

void Input::fill(const GrayAsk& ask) {
  auto& out = struct_.emplace<hotdesk_gray_request>();
  out.size = sizeof out;
  out.percent = ask.percent;
  out.visitor = to_id(ask.visitor);
  out.component = to_text(ask.component);
  out.stable = to_text(ask.stable);
  out.candidate = to_text(ask.candidate);
  out.attributes = take_attributes(ask.attributes);
  out.now = ask.now;
}

void Input::fill(const EventAsk& ask) {
  auto& out = struct_.emplace<hotdesk_event>();
  out.size = sizeof out;
  out.type = ask.type;
  out.conversation = to_id(ask.conversation);
  out.visitor = to_id(ask.visitor);
  out.agent = to_id(ask.agent);
  out.at = ask.at;
  out.score = ask.score;
}

AnswerStruct::AnswerStruct(Method method) noexcept {
  std::memset(static_cast<void*>(this), 0, sizeof *this);
  switch (method) {
    case Method::inspect: filter.size = sizeof filter; break;
    case Method::route: route.size = sizeof route; break;
    case Method::reply:
      turn.size = sizeof turn;
      turn.confidence = -1;
      break;
    case Method::assign: bucket = 10'000; break;
    case Method::on_event: break;
  }
}

hotdesk_result read_answer(const Ask& ask, const void* answer, const Holds& holds, Reply& reply, const char*& wrong) {
  switch (method_of(ask)) {
    case Method::on_event: return reply = EventReply{}, HOTDESK_OK;
    case Method::assign:
      if (answer == nullptr || *static_cast<const std::uint32_t*>(answer) >= 10'000)
        return wrong = "the bucket must be from 0 to 9999", HOTDESK_E_INVALID;
      return reply = GrayReply{*static_cast<const std::uint32_t*>(answer)}, HOTDESK_OK;
    default: break;
  }
  if (answer == nullptr) return wrong = "OK without an answer", HOTDESK_E_INVALID;
  // An older plugin's struct is shorter: what it does not have is zero. A newer one's tail is not read.
  const auto size = *static_cast<const std::uint32_t*>(answer);
  const auto copy = [&](AnswerStruct& to, std::size_t whole) {
    std::memcpy(static_cast<void*>(&to), answer, std::min<std::size_t>(size, whole));
  };
  AnswerStruct local(method_of(ask));
  switch (method_of(ask)) {
    case Method::inspect:
      copy(local, sizeof local.filter);
      return read(std::get<FilterAsk>(ask), local.filter, holds, reply, wrong);
    case Method::route:
      copy(local, sizeof local.route);
      return read(std::get<RouteAsk>(ask), local.route, holds, reply, wrong);
    default:
      copy(local, sizeof local.turn);
      return read(std::get<TurnAsk>(ask), local.turn, holds, reply, wrong);
  }
}

}  // namespace hotdesk::plugins
