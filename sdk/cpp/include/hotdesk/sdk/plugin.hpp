#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "hotdesk/sdk/error.hpp"
#include "hotdesk/sdk/host.hpp"

namespace hotdesk::sdk {

/// Base of a plugin: one object serves one tenant. Derive from it and from the mixins of what the plugin does (Filter,
/// Router, Responder, Gray, State, Health, Events), give it a constructor that takes `const Host&`, and end the file with HOTDESK_PLUGIN(YourClass).
/// The constructor runs on the host's loader thread and may throw Error (see bad_config); so runs the destructor.
/// No threads, no signal handlers, no thread_local objects with destructors: the host refuses such libraries.
class Plugin {
 public:
  explicit Plugin(const Host& host) noexcept : host_(host) {}
  virtual ~Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  const Host& host() const noexcept { return host_; }

 protected:
  /// Runs `run` once, on some thread, after `delay_ms` (at least 10). What it throws is dropped; what has not run when the
  /// object ends never does. HOTDESK_E_BUDGET: 64 timers wait already. Thread: any.
  hotdesk_result after(std::uint64_t delay_ms, std::function<void()> run) {
    std::uint64_t ticket = 0;
    Waiting* waiting = nullptr;
    {
      const std::lock_guard lock(mutex_);
      ticket = ++last_ticket_;
      waiting = &waiting_.try_emplace(ticket, Waiting{this, ticket, std::move(run)}).first->second;
    }
    std::uint64_t timer = 0;
    const auto code = host_.start_timer(delay_ms, 0, waiting, &fire, timer);
    if (code != HOTDESK_OK) take(ticket);
    return code;
  }

 private:
  struct Waiting {
    Plugin* plugin;
    std::uint64_t ticket;
    std::function<void()> run;
  };
  std::function<void()> take(std::uint64_t ticket) {
    std::function<void()> run;
    const std::lock_guard lock(mutex_);
    if (const auto found = waiting_.find(ticket); found != waiting_.end()) {
      run.swap(found->second.run);
      waiting_.erase(found);
    }
    return run;
  }
  static void fire(void* user) noexcept {
    const auto& waiting = *static_cast<Waiting*>(user);
    try {
      if (const auto run = waiting.plugin->take(waiting.ticket)) run();
    } catch (...) {
    }
  }

  Host host_;
  std::mutex mutex_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace hotdesk::sdk
