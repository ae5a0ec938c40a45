#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hotdesk/plugin/messages.h"
#include "hotdesk/sdk/call.hpp"

namespace hotdesk::sdk {

/// A message of the call's conversation.
struct PastMessage {
  std::int32_t role = 0;  ///< HOTDESK_ROLE_*
  std::int64_t seq = 0;
  std::int64_t at = 0;  ///< milliseconds since 1970
  std::string text;
};

/// What was said before, in the call's conversation; no staff notes. Cheap to copy. Thread: any.
class Messages {
 public:
  using OnPage = std::function<void(hotdesk_result code, std::vector<PastMessage> messages)>;
  Messages(const hotdesk_host_messages* table, const hotdesk_host_call* calls) noexcept : table_(table), calls_(calls) {}
  explicit operator bool() const noexcept { return table_ != nullptr; }

  /// The newest `limit` (at most 200) before `before_seq` (0: the end), oldest first, told once. An answer other than
  /// HOTDESK_OK: `done` is never called. What it throws ends the call.
  hotdesk_result read(hotdesk_call call, std::int64_t before_seq, std::uint32_t limit, OnPage done) const {
    if (table_ == nullptr) return HOTDESK_E_UNSUPPORTED;
    auto waiting = std::make_unique<Waiting>(Waiting{calls_, call, std::move(done)});
    const auto code = table_->read(call, before_seq, limit, waiting.get(), &receive);
    if (code == HOTDESK_OK) waiting.release();
    return code;
  }

 private:
  struct Waiting {
    const hotdesk_host_call* calls;
    hotdesk_call call;
    OnPage done;
  };
  static void receive(void* user, hotdesk_result code, const hotdesk_array* raw) noexcept {
    const std::unique_ptr<Waiting> waiting(static_cast<Waiting*>(user));
    try {
      std::vector<PastMessage> messages;
      for (std::uint64_t i = 0; code == HOTDESK_OK && raw != nullptr && i < raw->count; ++i) {
        const auto* one = HOTDESK_AT(hotdesk_message, *raw, i);
        messages.push_back({one->role, one->seq, one->at, std::string(to_view(one->text))});
      }
      waiting->done(code, std::move(messages));
    } catch (...) {
      waiting->calls->complete(waiting->call, detail::report(waiting->calls, waiting->call), nullptr);
    }
  }

  const hotdesk_host_messages* table_;
  const hotdesk_host_call* calls_;
};

}  // namespace hotdesk::sdk
