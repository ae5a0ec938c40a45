#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hotdesk/plugin/filter.h"
#include "hotdesk/sdk/host.hpp"

namespace hotdesk::sdk {

/// A message as a filter sees it, before it is stored. Views live until inspect() returns.
class Message {
 public:
  explicit Message(const hotdesk_filter_message& raw) noexcept : raw_(raw) {}
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
  const hotdesk_filter_message& raw() const noexcept { return raw_; }

 private:
  const hotdesk_filter_message& raw_;
};

/// What becomes of a message.
struct Verdict {
  std::int32_t verdict = HOTDESK_FILTER_PASS;
  std::string text;
  std::string reason;
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
  virtual Verdict inspect(const Message& message) = 0;
};

}  // namespace hotdesk::sdk
