#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/plugin/call.h"
#include "hotdesk/plugin/filter.h"
#include "hotdesk/plugin/responder.h"
#include "hotdesk/plugin/router.h"
#include "hotdesk/sdk/config.hpp"

namespace hotdesk::sdk {

/// A call into a plugin under test, and what came of it.
struct FakeCall {
  enum class Method { inspect, route, reply, assign, on_event };
  struct Cited {
    hotdesk_id article{};
    std::string title;
    std::string url;
  };

  Method method = Method::inspect;
  hotdesk_call handle = 0;
  std::int64_t deadline = 0;

  bool over = false;
  hotdesk_result code = HOTDESK_PENDING;
  std::int32_t verdict = HOTDESK_FILTER_PASS;
  std::string text;    ///< a filter's new text; all chunks of a reply
  std::string reason;
  std::int32_t target = HOTDESK_ROUTE_QUEUE;
  hotdesk_id agent{};
  hotdesk_id department{};
  std::uint32_t again_ms = 0;
  std::int32_t end = HOTDESK_TURN_ANSWERED;
  double confidence = -1;
  std::vector<Cited> citations;
  std::vector<std::string> chunks;
  std::string failed_path;
  std::string failed_text;
  int gone = 0;  ///< uses of the handle after the end

  void* user = nullptr;
  std::deque<std::string> kept;

  /// Reads what the method filled or gave to complete().
  void finish(hotdesk_result result, const void* answer) {
    over = true;
    code = result;
    for (const auto& one : chunks) text += one;
    if (result != HOTDESK_OK || answer == nullptr) return;
    if (method == Method::inspect) {
      const auto& from = *static_cast<const hotdesk_filter_answer*>(answer);
      verdict = from.verdict;
      text = to_view(from.text);
      reason = to_view(from.reason);
    } else if (method == Method::route) {
      const auto& from = *static_cast<const hotdesk_route_answer*>(answer);
      target = from.target;
      agent = from.agent;
      department = from.department;
      again_ms = from.again_ms;
      reason = to_view(from.reason);
    } else if (method == Method::reply) {
      const auto& from = *static_cast<const hotdesk_turn_answer*>(answer);
      end = from.end;
      confidence = from.confidence;
      reason = to_view(from.reason);
      for (std::uint64_t i = 0; i < from.citations.count; ++i) {
        const auto* one = HOTDESK_AT(hotdesk_citation, from.citations, i);
        citations.push_back({one->article, std::string(to_view(one->title)), std::string(to_view(one->url))});
      }
    }
  }
};

/// All calls of the process: the ABI's handles come without a host. A handle is never used twice.
class FakeCalls {
 public:
  static FakeCalls& instance() {
    static FakeCalls calls;
    return calls;
  }
  std::shared_ptr<FakeCall> begin(FakeCall::Method method, std::int64_t deadline) {
    auto call = std::make_shared<FakeCall>();
    call->method = method;
    call->deadline = deadline;
    const std::lock_guard lock(mutex_);
    call->handle = ++last_;
    all_[call->handle] = call;
    return call;
  }
  std::shared_ptr<FakeCall> find(hotdesk_call handle) const {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(handle);
    return found != all_.end() ? found->second : nullptr;
  }
  void forget(hotdesk_call handle) {
    const std::lock_guard lock(mutex_);
    all_.erase(handle);
  }
  bool is_over(hotdesk_call handle) const {
    const auto call = find(handle);
    return call == nullptr || call->over;
  }

  static const hotdesk_host_call* table() {
    static const hotdesk_host_call table{
        sizeof table, 0,
        [](hotdesk_call handle, const char* data, std::uint64_t bytes) -> const char* {
          const auto call = alive(handle);
          return call ? call->kept.emplace_back(data, static_cast<std::size_t>(bytes)).c_str() : nullptr;
        },
        [](hotdesk_call handle, hotdesk_result, hotdesk_text path, hotdesk_text text) -> hotdesk_result {
          const auto call = alive(handle);
          if (!call) return HOTDESK_E_GONE;
          call->failed_path = to_view(path);
          call->failed_text = to_view(text);
          return HOTDESK_OK;
        },
        [](hotdesk_call handle, void* user) -> hotdesk_result {
          const auto call = alive(handle);
          if (!call) return HOTDESK_E_GONE;
          call->user = user;
          return HOTDESK_OK;
        },
        [](hotdesk_call handle) -> void* {
          const auto call = alive(handle);
          return call ? call->user : nullptr;
        },
        [](hotdesk_call handle, hotdesk_result code, const void* answer) -> hotdesk_result {
          const auto call = alive(handle);
          if (!call) return HOTDESK_E_GONE;
          call->finish(code == HOTDESK_PENDING ? HOTDESK_E_INTERNAL : code, answer);
          return HOTDESK_OK;
        }};
    return &table;
  }
  static const hotdesk_host_reply* reply_table() {
    static const hotdesk_host_reply table{sizeof table, 0, [](hotdesk_call handle, hotdesk_text text) -> hotdesk_result {
      const auto call = alive(handle);
      if (!call) return HOTDESK_E_GONE;
      call->chunks.emplace_back(to_view(text));
      std::size_t all = 0;
      for (const auto& one : call->chunks) all += one.size();
      if (all <= 64 * 1024) return HOTDESK_OK;
      call->chunks.pop_back();
      return HOTDESK_E_BUDGET;
    }};
    return &table;
  }

 private:
  static std::shared_ptr<FakeCall> alive(hotdesk_call handle) {
    auto call = instance().find(handle);
    if (call && call->over) {
      ++call->gone;
      return nullptr;
    }
    return call;
  }
  mutable std::mutex mutex_;
  std::map<hotdesk_call, std::shared_ptr<FakeCall>> all_;
  hotdesk_call last_ = 0;
};

}  // namespace hotdesk::sdk
