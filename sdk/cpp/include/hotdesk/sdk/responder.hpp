#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/plugin/responder.h"
#include "hotdesk/sdk/call.hpp"
#include "hotdesk/sdk/ids.hpp"

namespace hotdesk::sdk {

/// Where an answer comes from. `article` all zero: none of the tenant's; `url`: https, or empty.
struct Citation {
  hotdesk_id article{};
  std::string title;
  std::string url;
};

/// How a turn ended. What is said goes through Turn::chunk(), or all at once through answered(text).
struct Reply {
  bool skip = true;
  bool is_pending = false;
  std::int32_t end = HOTDESK_TURN_ANSWERED;
  std::string reason;               ///< for the agent who takes over
  double confidence = -1;           ///< 0..1; below 0: unknown
  std::vector<Citation> citations;  ///< the first 8 count

  Reply() = default;
  explicit Reply(std::int32_t end_, std::string reason_ = {}) : skip(false), end(end_), reason(std::move(reason_)) {}
  Reply(Pending) : is_pending(true) {}
};
/// The chunks are the answer; none: the bot stays silent.
inline Reply answered(double confidence = -1, std::vector<Citation> citations = {}) {
  Reply reply(HOTDESK_TURN_ANSWERED);
  reply.confidence = confidence;
  reply.citations = std::move(citations);
  return reply;
}
/// What was written so far is sent, then the conversation waits for a person.
inline Reply to_human(std::string reason) { return Reply(HOTDESK_TURN_HUMAN, std::move(reason)); }
/// The next responder, in the end a person.
inline Reply no_reply() { return {}; }

namespace detail {
template <>
struct Raw<Reply> {
  using type = hotdesk_turn_answer;
  static hotdesk_result fill(const CallContext& context, const Reply& reply, hotdesk_turn_answer& answer) noexcept {
    if (reply.is_pending) return HOTDESK_PENDING;
    if (reply.skip) return HOTDESK_SKIP;
    answer.end = reply.end;
    answer.confidence = reply.confidence;
    if (!context.keep(reply.reason, answer.reason)) return HOTDESK_E_BUDGET;
    hotdesk_citation list[8] = {};
    const std::size_t count = reply.citations.size() < 8 ? reply.citations.size() : 8;
    for (std::size_t i = 0; i < count; ++i) {
      list[i].size = sizeof(hotdesk_citation);
      list[i].article = reply.citations[i].article;
      if (!context.keep(reply.citations[i].title, list[i].title) || !context.keep(reply.citations[i].url, list[i].url))
        return HOTDESK_E_BUDGET;
    }
    return count == 0 || keep_list(context, list, count, answer.citations) ? HOTDESK_OK : HOTDESK_E_BUDGET;
  }

 private:
  /// keep() promises no alignment: asks for some bytes more and writes the list at an even place among them.
  static bool keep_list(const CallContext& context, const hotdesk_citation* list, std::size_t count, hotdesk_array& to) noexcept {
    constexpr std::size_t step = alignof(hotdesk_citation);
    char room[8 * sizeof(hotdesk_citation) + step] = {};
    const std::size_t bytes = count * sizeof(hotdesk_citation);
    const char* kept = context.calls->keep(context.call, room, bytes + step);
    if (kept == nullptr) return false;
    const std::size_t off = (step - reinterpret_cast<std::uintptr_t>(kept) % step) % step;
    std::memcpy(const_cast<char*>(kept) + off, list, bytes);  // the arena's memory is this call's own
    to = {kept + off, count, sizeof(hotdesk_citation)};
    return true;
  }
};
}  // namespace detail

/// A visitor's message that is owed an answer. Views live until the call is over; the object may be copied into callbacks.
class Turn {
 public:
  Turn(const hotdesk_turn& raw, const hotdesk_host_reply* reply, const detail::CallContext& context) noexcept
      : raw_(&raw), reply_(reply), context_(context) {}
  std::string_view text() const noexcept { return to_view(raw_->text); }
  std::string_view language() const noexcept { return to_view(raw_->language); }
  std::int64_t seq() const noexcept { return raw_->seq; }
  const hotdesk_id& conversation() const noexcept { return raw_->conversation; }
  const hotdesk_id& visitor() const noexcept { return raw_->visitor; }
  hotdesk_call call() const noexcept { return context_.call; }

  /// Appends to the reply, valid UTF-8; shown while it grows. HOTDESK_E_GONE: the call is over; HOTDESK_E_BUDGET: 64 KiB.
  hotdesk_result chunk(std::string_view text) const noexcept {
    return reply_ != nullptr ? reply_->chunk(context_.call, to_text(text)) : HOTDESK_E_UNSUPPORTED;
  }
  /// The right to end the turn after reply() has returned pending(): within 15 s.
  Later<Reply> later() const noexcept { return Later<Reply>(context_); }

 private:
  const hotdesk_turn* raw_;
  const hotdesk_host_reply* reply_;
  detail::CallContext context_;
};

/// Mixin: answers visitors.
class Responder {
 public:
  virtual ~Responder() = default;
  /// Called by many threads at once; may be asked again for the same seq after a crash.
  /// To answer later, with answers of host services: take turn.later(), return pending().
  virtual Reply reply(const Turn& turn) = 0;
};

}  // namespace hotdesk::sdk
