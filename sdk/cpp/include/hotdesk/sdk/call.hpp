#pragma once
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "hotdesk/plugin/call.h"
#include "hotdesk/sdk/config.hpp"
#include "hotdesk/sdk/error.hpp"

namespace hotdesk::sdk {

namespace detail {

/// What the plugin wants done when the host gives a call up. One for an instance. Thread: any.
class Cancels {
 public:
  void put(hotdesk_call call, std::function<void()> run) {
    const std::lock_guard lock(mutex_);
    all_[call] = std::move(run);
  }
  void drop(hotdesk_call call) noexcept { take(call); }
  void cancel(hotdesk_call call) noexcept {
    try {
      if (const auto run = take(call)) run();
    } catch (...) {
    }
  }

 private:
  std::function<void()> take(hotdesk_call call) noexcept {
    std::function<void()> taken;
    const std::lock_guard lock(mutex_);
    if (const auto found = all_.find(call); found != all_.end()) {
      taken.swap(found->second);
      all_.erase(found);
    }
    return taken;  // ends outside of the lock: it may own what asks again
  }
  std::mutex mutex_;
  std::unordered_map<hotdesk_call, std::function<void()>> all_;
};

/// One call as the SDK passes it on.
struct CallContext {
  const hotdesk_host_call* calls = nullptr;
  Cancels* cancels = nullptr;
  hotdesk_call call = 0;

  bool keep(const std::string& from, hotdesk_text& to) const noexcept {
    to = {};
    if (from.empty()) return true;
    const char* kept = calls->keep(call, from.data(), from.size());
    if (kept == nullptr) return false;
    to = {kept, from.size()};
    return true;
  }
};

/// Tells the host what went wrong in a call and gives the code. Called inside a catch block.
inline hotdesk_result report(const hotdesk_host_call* calls, hotdesk_call call) noexcept {
  try {
    throw;
  } catch (const Error& error) {
    calls->fail(call, error.code(), to_text(error.path()), to_text(error.what()));
    return error.code() < 0 ? error.code() : HOTDESK_E_INTERNAL;
  } catch (const std::bad_alloc&) {
    return HOTDESK_E_BUDGET;
  } catch (const std::exception& error) {
    calls->fail(call, HOTDESK_E_INTERNAL, to_text({}), to_text(error.what()));
    return HOTDESK_E_INTERNAL;
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

/// The ABI's struct of an answer; specialised beside each answer, with
/// `static hotdesk_result fill(const CallContext&, const Answer&, type&) noexcept`.
template <class Answer>
struct Raw;

}  // namespace detail

/// Stands for "the answer comes later": returned by inspect(), route() or reply() after its later() was taken.
/// For the pool and runner lanes; in the inline lane it is an error.
struct Pending {};
inline constexpr Pending pending() noexcept { return {}; }

/// The right to end a call, once. Move it into callbacks; dropped unused it ends the call with HOTDESK_E_INTERNAL, so that
/// nobody waits for the deadline. Ending a call that is over (cancelled, late) is harmless. Thread: any, one at a time.
template <class Answer>
class Later {
 public:
  Later() noexcept = default;
  explicit Later(const detail::CallContext& context) noexcept : context_(context), open_(true) {}
  Later(Later&& other) noexcept : context_(other.context_), open_(other.open_.exchange(false)) {}
  Later& operator=(Later&& other) noexcept {
    if (this == &other) return *this;
    abandon();
    context_ = other.context_;
    open_ = other.open_.exchange(false);
    return *this;
  }
  ~Later() { abandon(); }

  hotdesk_call call() const noexcept { return context_.call; }
  explicit operator bool() const noexcept { return open_; }

  /// HOTDESK_E_GONE: the call was over.
  hotdesk_result finish(const Answer& answer) noexcept {
    typename detail::Raw<Answer>::type raw{};
    raw.size = sizeof raw;
    if (!close()) return HOTDESK_E_GONE;
    const auto code = detail::Raw<Answer>::fill(context_, answer, raw);
    return complete(code, code == HOTDESK_OK ? &raw : nullptr);
  }
  /// The next in the chain.
  hotdesk_result skip() noexcept { return close() ? complete(HOTDESK_SKIP, nullptr) : HOTDESK_E_GONE; }
  hotdesk_result fail(const Error& error) noexcept {
    if (!close()) return HOTDESK_E_GONE;
    context_.calls->fail(context_.call, error.code(), to_text(error.path()), to_text(error.what()));
    return complete(error.code() < 0 ? error.code() : HOTDESK_E_INTERNAL, nullptr);
  }

  /// `run` is called, on any thread, if the host gives the call up first. Capture a weak_ptr of what owns this object.
  void on_cancel(std::function<void()> run) {
    if (open_) context_.cancels->put(context_.call, std::move(run));
  }

 private:
  bool close() noexcept { return open_.exchange(false); }
  hotdesk_result complete(hotdesk_result code, const void* answer) noexcept {
    context_.cancels->drop(context_.call);
    return context_.calls->complete(context_.call, code, answer);
  }
  void abandon() noexcept {
    if (!close()) return;
    context_.calls->fail(context_.call, HOTDESK_E_INTERNAL, to_text({}), to_text("the plugin dropped the call without an answer"));
    complete(HOTDESK_E_INTERNAL, nullptr);
  }

  detail::CallContext context_;
  std::atomic<bool> open_{false};
};

}  // namespace hotdesk::sdk
