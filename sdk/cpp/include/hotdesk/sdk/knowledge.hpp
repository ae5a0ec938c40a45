#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/plugin/knowledge.h"
#include "hotdesk/sdk/call.hpp"

namespace hotdesk::sdk {

/// A passage of one of the tenant's articles.
struct Passage {
  hotdesk_id article{};
  std::string title;
  std::string text;
  double score = 0;  ///< 0..1
};

/// The tenant's knowledge base. Cheap to copy. Thread: any.
class Knowledge {
 public:
  using OnResult = std::function<void(hotdesk_result code, std::vector<Passage> passages)>;
  Knowledge(const hotdesk_host_knowledge* table, const hotdesk_host_call* calls) noexcept : table_(table), calls_(calls) {}
  explicit operator bool() const noexcept { return table_ != nullptr; }

  /// The best `limit` (at most 20) passages, best first, told once. An answer other than HOTDESK_OK: `done` is never called.
  /// What it throws ends the call.
  hotdesk_result search(hotdesk_call call, std::string_view question, std::uint32_t limit, OnResult done) const {
    if (table_ == nullptr) return HOTDESK_E_UNSUPPORTED;
    auto waiting = std::make_unique<Waiting>(Waiting{calls_, call, std::move(done)});
    const auto code = table_->search(call, to_text(question), limit, waiting.get(), &receive);
    if (code == HOTDESK_OK) waiting.release();
    return code;
  }

 private:
  struct Waiting {
    const hotdesk_host_call* calls;
    hotdesk_call call;
    OnResult done;
  };
  static void receive(void* user, hotdesk_result code, const hotdesk_array* raw) noexcept {
    const std::unique_ptr<Waiting> waiting(static_cast<Waiting*>(user));
    try {
      std::vector<Passage> passages;
      for (std::uint64_t i = 0; code == HOTDESK_OK && raw != nullptr && i < raw->count; ++i) {
        const auto* one = HOTDESK_AT(hotdesk_passage, *raw, i);
        passages.push_back({one->article, std::string(to_view(one->title)), std::string(to_view(one->text)), one->score});
      }
      waiting->done(code, std::move(passages));
    } catch (...) {
      waiting->calls->complete(waiting->call, detail::report(waiting->calls, waiting->call), nullptr);
    }
  }

  const hotdesk_host_knowledge* table_;
  const hotdesk_host_call* calls_;
};

}  // namespace hotdesk::sdk
