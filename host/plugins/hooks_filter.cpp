#include <cstring>

#include "base/text.hpp"
#include "plugins/hooks.hpp"
#include "plugins/host_tables.hpp"
#include "plugins/thread_record.hpp"
#include "plugins/ticks.hpp"

namespace hotdesk::plugins {
namespace {

using Kind = delivery::FilterVerdict::Kind;

constexpr std::size_t most_text = 64 * 1024;
constexpr std::size_t most_reason = 1024;

hotdesk_id to_id(const Uuid& uuid) noexcept {
  hotdesk_id id;
  std::memcpy(id.bytes, uuid.bytes().data(), 16);
  return id;
}

std::int32_t to_role(tenants::Role role) noexcept {
  switch (role) {
    case tenants::Role::visitor: return HOTDESK_ROLE_VISITOR;
    case tenants::Role::agent:
    case tenants::Role::admin:
    case tenants::Role::operator_: return HOTDESK_ROLE_AGENT;
    case tenants::Role::bot: return HOTDESK_ROLE_BOT;
    case tenants::Role::plugin: return HOTDESK_ROLE_PLUGIN;
    case tenants::Role::system: return HOTDESK_ROLE_SYSTEM;
  }
  return HOTDESK_ROLE_SYSTEM;
}

std::int32_t to_kind(std::string_view kind) noexcept {
  if (kind == "text") return HOTDESK_KIND_TEXT;
  if (kind == "file") return HOTDESK_KIND_FILE;
  if (kind == "card") return HOTDESK_KIND_CARD;
  return HOTDESK_KIND_NOTE;
}

hotdesk_filter_message to_message(const delivery::FilterInput& input) noexcept {
  hotdesk_filter_message message{};
  message.size = sizeof message;
  message.role = to_role(input.role);
  message.direction = input.role == tenants::Role::visitor ? HOTDESK_INBOUND : HOTDESK_OUTBOUND;
  message.kind = to_kind(input.kind);
  message.flags = input.draft ? HOTDESK_MESSAGE_DRAFT : 0;
  message.conversation = to_id(input.conversation);
  message.visitor = to_id(input.visitor);
  message.text = to_text(input.text);
  message.language = to_text(input.language);
  return message;
}

/// Whether what the answer points to came from keep() and is text of a bearable length.
bool is_sound(const ThreadRecord& me, hotdesk_text text, std::size_t most) noexcept {
  if (text.size == 0) return true;
  return text.data != nullptr && text.size <= most && me.arena.holds(text.data, static_cast<std::size_t>(text.size)) &&
         is_clean_text(to_view(text));
}

hotdesk_result call_filter(Instance& instance, hotdesk_call call, const hotdesk_filter_message& message,
                           hotdesk_filter_answer& answer) noexcept {
  try {
    return instance.image().filter()->inspect(instance.raw(), call, &message, &answer);
  } catch (...) {  // against the ABI, yet no reason to die
    return HOTDESK_E_INTERNAL;
  }
}

/// The result after the host's own look at it.
hotdesk_result judge(const ThreadRecord& me, hotdesk_result code, const hotdesk_filter_answer& answer) noexcept {
  if (code == HOTDESK_PENDING) return HOTDESK_E_UNSUPPORTED;  // inline calls answer at once
  if (code > HOTDESK_SKIP) return HOTDESK_E_INTERNAL;
  if (code != HOTDESK_OK) return code;
  return is_sound(me, answer.text, most_text) && is_sound(me, answer.reason, most_reason) ? HOTDESK_OK : HOTDESK_E_INVALID;
}

}  // namespace

delivery::FilterVerdict Hooks::run_filters(ThreadRecord& me, const Plan& plan, const delivery::FilterInput& input) {
  delivery::FilterVerdict verdict;
  if (plan.filters.empty()) return verdict;
  hotdesk_filter_message message = to_message(input);
  for (const Slot& slot : plan.filters) {
    Instance* instance = choose(slot, input.tenant, input.conversation, input.visitor);
    if (instance == nullptr) {
      if (!plan.filter_closed) continue;
      verdict.kind = Kind::failed;
      verdict.reason = slot.component + " has no version that can run";
      break;
    }
    hotdesk_filter_answer answer{};
    answer.size = sizeof answer;
    me.failed_code = HOTDESK_OK;
    hotdesk_result code = HOTDESK_OK;
    const std::uint64_t begin = ticks();
    {
      const CallMark mark(me, instance->image().mark().c_str());
      code = call_filter(*instance, mark.handle(), message, answer);
    }
    code = judge(me, code, answer);
    const bool rewritten = code == HOTDESK_OK && answer.verdict == HOTDESK_FILTER_REWRITE;
    const bool refused = code == HOTDESK_OK && answer.verdict == HOTDESK_FILTER_BLOCK;
    instance->stats().record(me.index, ticks() - begin,
                             code < 0 ? CallEnd::error : refused ? CallEnd::refused : rewritten ? CallEnd::rewritten : CallEnd::plain);
    if (code < 0) {
      report(me, *instance, code, "inspect");
      if (!plan.filter_closed) continue;
      verdict.kind = Kind::failed;
      verdict.reason = instance->image().tag() + " failed";
      break;
    }
    if (!verdict.seen_by.empty()) verdict.seen_by += ',';
    verdict.seen_by += instance->image().tag();
    if (rewritten) {
      message.text = answer.text;
      verdict.kind = Kind::rewrite;
    }
    if (refused) {
      verdict.kind = Kind::refuse;
      verdict.reason = to_view(answer.reason);
      break;
    }
  }
  if (verdict.kind == Kind::rewrite) verdict.text = to_view(message.text);
  me.arena.clear();
  return verdict;
}

}  // namespace hotdesk::plugins
