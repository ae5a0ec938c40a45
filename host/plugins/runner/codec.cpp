#include "plugins/runner/codec.hpp"

#include <algorithm>
#include <cmath>

#include "base/overloaded.hpp"
#include "hotdesk/plugin/plugin.h"

namespace hotdesk::plugins::runner {
namespace {

constexpr std::size_t most_text = 64 * 1024;
constexpr std::size_t most_ask_text = 1024 * 1024;
constexpr std::size_t most_name = 4096;
constexpr std::size_t most_reason = 1024;
constexpr std::uint32_t most_list = 100'000;
constexpr std::uint32_t most_citations = 8;

void write(Writer& out, const Attributes& attributes) {
  out.u32(static_cast<std::uint32_t>(attributes.size()));
  for (const auto& [name, value] : attributes) out.text(name).text(value);
}
Attributes read_attributes(Reader& in) {
  Attributes result;
  for (auto left = in.count(most_list); left > 0 && !in.bad(); --left) {
    auto name = in.text(most_name);
    result.emplace_back(std::move(name), in.text(most_ask_text));
  }
  return result;
}

void write(Writer& out, const FilterAsk& ask) {
  out.i32(ask.role).i32(ask.direction).i32(ask.kind).u32(ask.flags).uuid(ask.conversation).uuid(ask.visitor);
  out.text(ask.text).text(ask.language).text(ask.file_hash).text(ask.file_type).u64(ask.file_bytes);
}
void write(Writer& out, const RouteAsk& ask) {
  out.uuid(ask.conversation).uuid(ask.visitor).uuid(ask.department).uuid(ask.last_agent);
  out.i32(ask.priority).i64(ask.waiting_since).i64(ask.now);
  out.u32(static_cast<std::uint32_t>(ask.labels.size()));
  for (const auto& label : ask.labels) out.text(label);
  out.u32(static_cast<std::uint32_t>(ask.available.size()));
  for (const auto& agent : ask.available) {
    out.uuid(agent.id).text(agent.name).text(agent.username).u32(agent.open).u32(agent.capacity).i64(agent.last_assigned_at);
    out.u32(static_cast<std::uint32_t>(agent.departments.size()));
    for (const auto& id : agent.departments) out.uuid(id);
  }
  out.text(ask.channel).text(ask.language);
  write(out, ask.attributes);
  out.u32(static_cast<std::uint32_t>(ask.departments.size()));
  for (const auto& one : ask.departments) out.uuid(one.id).text(one.name);
}
void write(Writer& out, const TurnAsk& ask) {
  out.uuid(ask.conversation).uuid(ask.visitor).i64(ask.seq).text(ask.text).text(ask.language);
}
void write(Writer& out, const GrayAsk& ask) {
  out.text(ask.component).text(ask.stable).text(ask.candidate).u32(ask.percent).uuid(ask.visitor);
  write(out, ask.attributes);
  out.i64(ask.now);
}
void write(Writer& out, const EventAsk& ask) {
  out.i32(ask.type).uuid(ask.conversation).uuid(ask.visitor).uuid(ask.agent).i64(ask.at).i32(ask.score);
}

void read(Reader& in, FilterAsk& ask) {
  ask.role = in.i32();
  ask.direction = in.i32();
  ask.kind = in.i32();
  ask.flags = in.u32();
  ask.conversation = in.uuid();
  ask.visitor = in.uuid();
  ask.text = in.text(most_ask_text);
  ask.language = in.text(most_name);
  ask.file_hash = in.text(most_name);
  ask.file_type = in.text(most_name);
  ask.file_bytes = in.u64();
}
void read(Reader& in, RouteAsk& ask) {
  ask.conversation = in.uuid();
  ask.visitor = in.uuid();
  ask.department = in.uuid();
  ask.last_agent = in.uuid();
  ask.priority = in.i32();
  ask.waiting_since = in.i64();
  ask.now = in.i64();
  for (auto left = in.count(most_list); left > 0 && !in.bad(); --left) ask.labels.push_back(in.text(most_name));
  for (auto left = in.count(most_list); left > 0 && !in.bad(); --left) {
    auto& agent = ask.available.emplace_back();
    agent.id = in.uuid();
    agent.name = in.text(most_name);
    agent.username = in.text(most_name);
    agent.open = in.u32();
    agent.capacity = in.u32();
    agent.last_assigned_at = in.i64();
    for (auto n = in.count(most_list); n > 0 && !in.bad(); --n) agent.departments.push_back(in.uuid());
  }
  ask.channel = in.text(most_name);
  ask.language = in.text(most_name);
  ask.attributes = read_attributes(in);
  for (auto left = in.count(most_list); left > 0 && !in.bad(); --left) {
    auto& one = ask.departments.emplace_back();
    one.id = in.uuid();
    one.name = in.text(most_name);
  }
}
void read(Reader& in, TurnAsk& ask) {
  ask.conversation = in.uuid();
  ask.visitor = in.uuid();
  ask.seq = in.i64();
  ask.text = in.text(most_ask_text);
  ask.language = in.text(most_name);
}
void read(Reader& in, GrayAsk& ask) {
  ask.component = in.text(most_name);
  ask.stable = in.text(most_name);
  ask.candidate = in.text(most_name);
  ask.percent = in.u32();
  ask.visitor = in.uuid();
  ask.attributes = read_attributes(in);
  ask.now = in.i64();
}
void read(Reader& in, EventAsk& ask) {
  ask.type = in.i32();
  ask.conversation = in.uuid();
  ask.visitor = in.uuid();
  ask.agent = in.uuid();
  ask.at = in.i64();
  ask.score = in.i32();
}

template <class One>
std::optional<Ask> read_one(Reader& in) {
  One ask;
  read(in, ask);
  if (in.bad()) return std::nullopt;
  return Ask(std::move(ask));
}

/// Fills the reply of the ask's method; the text says what is wrong.
const char* read_reply(Reader& in, const FilterAsk&, Reply& reply) {
  FilterReply out;
  out.verdict = in.i32();
  out.text = in.text(most_text);
  out.reason = in.text(most_reason);
  reply = std::move(out);
  return nullptr;
}
const char* read_reply(Reader& in, const RouteAsk& ask, Reply& reply) {
  RouteReply out;
  out.target = in.i32();
  out.agent = in.uuid();
  out.department = in.uuid();
  out.reason = in.text(most_reason);
  out.again_ms = in.u32();
  const auto is = [](const Uuid& id) { return [&id](const auto& one) { return one.id == id; }; };
  if (out.target == HOTDESK_ROUTE_AGENT && std::none_of(ask.available.begin(), ask.available.end(), is(out.agent)))
    return "names an agent who is not available";
  if (out.target == HOTDESK_ROUTE_DEPARTMENT && std::none_of(ask.departments.begin(), ask.departments.end(), is(out.department)))
    return "names a department that does not exist";
  reply = std::move(out);
  return nullptr;
}
const char* read_reply(Reader& in, const TurnAsk&, Reply& reply) {
  TurnReply out;
  out.end = in.i32() == HOTDESK_TURN_ANSWERED ? HOTDESK_TURN_ANSWERED : HOTDESK_TURN_HUMAN;
  out.reason = in.text(most_reason);
  const double confidence = in.f64();
  out.confidence = std::isfinite(confidence) ? std::min(confidence, 1.0) : -1;
  for (auto left = in.count(most_citations); left > 0 && !in.bad(); --left) {
    auto& one = out.citations.emplace_back();
    one.article = in.uuid();
    one.title = in.text(most_reason);
    one.url = in.text(most_reason);
    if (!one.url.empty() && !one.url.starts_with("https://")) return "a citation's url is not https";
  }
  reply = std::move(out);
  return nullptr;
}
const char* read_reply(Reader& in, const GrayAsk&, Reply& reply) {
  const GrayReply out{in.u32()};
  reply = out;
  return out.bucket < 10'000 ? nullptr : "the bucket must be from 0 to 9999";
}
const char* read_reply(Reader&, const EventAsk&, Reply& reply) {
  reply = EventReply{};
  return nullptr;
}

}  // namespace

void write_ask(Writer& out, const Ask& ask) {
  out.u8(static_cast<std::uint8_t>(ask.index()));
  std::visit([&out](const auto& one) { write(out, one); }, ask);
}

std::optional<Ask> read_ask(Reader& in) {
  switch (static_cast<Method>(in.u8())) {
    case Method::inspect: return read_one<FilterAsk>(in);
    case Method::route: return read_one<RouteAsk>(in);
    case Method::reply: return read_one<TurnAsk>(in);
    case Method::assign: return read_one<GrayAsk>(in);
    case Method::on_event: return read_one<EventAsk>(in);
  }
  return std::nullopt;
}

void write_outcome(Writer& out, Method method, const Outcome& outcome) {
  out.i32(outcome.code).text(outcome.failed_path).text(outcome.failed_text);
  if (outcome.code != HOTDESK_OK || static_cast<std::size_t>(method) != outcome.reply.index()) return;
  std::visit(overloaded{[&](const FilterReply& r) { out.i32(r.verdict).text(r.text).text(r.reason); },
                        [&](const RouteReply& r) { out.i32(r.target).uuid(r.agent).uuid(r.department).text(r.reason).u32(r.again_ms); },
                        [&](const TurnReply& r) {
                          out.i32(r.end).text(r.reason).f64(r.confidence).u32(static_cast<std::uint32_t>(r.citations.size()));
                          for (const auto& one : r.citations) out.uuid(one.article).text(one.title).text(one.url);
                        },
                        [&](const GrayReply& r) { out.u32(r.bucket); }, [](const EventReply&) {}},
             outcome.reply);
}

Outcome read_outcome(Reader& in, const Ask& ask) {
  Outcome outcome;
  outcome.code = in.i32();
  if (outcome.code > HOTDESK_SKIP || outcome.code < HOTDESK_E_CRASHED || outcome.code == HOTDESK_PENDING) outcome.code = HOTDESK_E_INTERNAL;
  outcome.failed_path = in.text(most_reason);
  outcome.failed_text = in.text(most_reason);
  const char* wrong = nullptr;
  if (outcome.code == HOTDESK_OK) wrong = std::visit([&](const auto& one) { return read_reply(in, one, outcome.reply); }, ask);
  if (in.bad()) return {HOTDESK_E_INTERNAL, {}, {}, "the runner's answer is malformed"};
  if (wrong != nullptr) return {HOTDESK_E_INVALID, {}, {}, wrong};
  if (const auto* route = std::get_if<RouteReply>(&outcome.reply);
      route != nullptr && (route->target < HOTDESK_ROUTE_AGENT || route->target > HOTDESK_ROUTE_DEPARTMENT))
    outcome.code = HOTDESK_SKIP;
  return outcome;
}

}  // namespace hotdesk::plugins::runner
