#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hotdesk/plugin/filter.h"
#include "hotdesk/sdk/call.hpp"
#include "hotdesk/sdk/host.hpp"

namespace hotdesk::sdk {

/// What becomes of a message.
struct Verdict {
  std::int32_t verdict = HOTDESK_FILTER_PASS;
  std::string text;
  std::string reason;
  bool is_pending = false;

  Verdict() = default;
  Verdict(std::int32_t verdict_, std::string text_, std::string reason_)
      : verdict(verdict_), text(std::move(text_)), reason(std::move(reason_)) {}
  Verdict(Pending) : is_pending(true) {}
};

namespace detail {
template <>
struct Raw<Verdict> {
  using type = hotdesk_filter_answer;
  static hotdesk_result fill(const CallContext& context, const Verdict& verdict, hotdesk_filter_answer& answer) noexcept {
    if (verdict.is_pending) return HOTDESK_PENDING;
    answer.verdict = verdict.verdict;
    return context.keep(verdict.text, answer.text) && context.keep(verdict.reason, answer.reason) ? HOTDESK_OK : HOTDESK_E_BUDGET;
  }
};
}  // namespace detail

/// A message as a filter sees it, before it is stored. Views live until the call is over.
class Message {
 public:
  Message(const hotdesk_filter_message& raw, const detail::CallContext& context) noexcept : raw_(raw), context_(context) {}
  std::string_view text() const noexcept { return to_view(raw_.text); }
  std::string_view language() const noexcept { return to_view(raw_.language); }
  std::int32_t role() const noexcept { return raw_.role; }
  std::int32_t kind() const noexcept { return raw_.kind; }
  bool from_visitor() const noexcept { return raw_.role == HOTDESK_ROLE_VISITOR; }
  bool is_text() const noexcept { return raw_.kind == HOTDESK_KIND_TEXT; }
  /// A typing preview: it is never stored.
  bool is_draft() const noexcept { return (raw_.flags & HOTDESK_MESSAGE_DRAFT) != 0; }
  const hotdesk_id& conversation() const noexcept { return raw_.conversation; }
  const hotdesk_id& visitor() const noexcept { return raw_.visitor; }
  /// Of a file: lower-case hex SHA-256, MIME type, bytes.
  std::string_view file_hash() const noexcept { return to_view(raw_.file_hash); }
  std::string_view file_type() const noexcept { return to_view(raw_.file_type); }
  std::uint64_t file_bytes() const noexcept { return raw_.file_bytes; }
  const hotdesk_filter_message& raw() const noexcept { return raw_; }
  /// For the services that want to know which call asks.
  hotdesk_call call() const noexcept { return context_.call; }
  /// The right to answer after inspect() has returned pending(): within 200 ms.
  Later<Verdict> later() const noexcept { return Later<Verdict>(context_); }

 private:
  const hotdesk_filter_message& raw_;
  detail::CallContext context_;
};

inline Verdict pass() { return {}; }
/// `text`: the whole new text.
inline Verdict rewrite(std::string text, std::string reason = {}) {
  return {HOTDESK_FILTER_REWRITE, std::move(text), std::move(reason)};
}
/// `reason`: a sentence for the author.
inline Verdict block(std::string reason) { return {HOTDESK_FILTER_BLOCK, {}, std::move(reason)}; }

/// Mixin: sees every message of the tenant before it is stored.
class Filter {
 public:
  virtual ~Filter() = default;
  /// Called by many threads at once, so what it changes must be atomic or locked. Soft budget 2 ms.
  /// To answer later: take message.later(), return pending().
  virtual Verdict inspect(const Message& message) = 0;
};

}  // namespace hotdesk::sdk
