#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "plugins/arena.hpp"
#include "plugins/calls/ask.hpp"

namespace hotdesk::plugins {

class HostSide;

/// What host services need to know of a call, wherever the plugin's code runs.
struct CallContext {
  Uuid tenant;
  std::string plugin;   ///< id
  std::string version;
  Uuid conversation;    ///< nil where a method has none
  Uuid visitor;
  std::int64_t seq = 0; ///< the triggering message; 0: none
  hotdesk_call call = 0;  ///< this process's handle
  bool shadow = false;    ///< mirrored: nothing it does may have an effect
  const void* owner = nullptr;  ///< who began it, for CallTable::end_all
};

/// A call that may outlive the thread that began it (pool and runner lanes). Made by the caller, given to an Endpoint,
/// finished exactly once: by the method's answer, by `complete`, by the deadline, by a cancel or by a crash, whichever is
/// first. `done` runs once, on the thread that finished it, never inside plugin code and with no lock held: it must not
/// block. Thread: any, unless said.
class Call : public std::enable_shared_from_this<Call> {
 public:
  using Done = std::function<void(Outcome&&)>;
  using Chunk = std::function<void(std::string_view text)>;
  Call(CallContext context, Ask ask, std::chrono::milliseconds limit, Done done);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// Gives it its handle and watches its deadline from now on. Once, before it is started.
  void begin();

  const CallContext& context() const noexcept { return context_; }
  hotdesk_call handle() const noexcept { return context_.call; }
  const Ask& ask() const noexcept { return ask_; }
  Method method() const noexcept { return method_of(ask_); }
  std::chrono::steady_clock::time_point deadline() const noexcept { return deadline_; }

  /// Mirrored: nothing it does may have an effect. Set before the call is started.
  void set_shadow() noexcept { context_.shadow = true; }
  /// Told each chunk of a reply as it comes. Set before the call is started.
  void on_chunk(Chunk chunk) { on_chunk_ = std::move(chunk); }
  /// Called once if the call is given up while it is under way (deadline, cancel): the endpoint tells the plugin.
  void on_cancel(std::function<void()> cancel);

  /// HOTDESK_OK: this was the first. HOTDESK_E_GONE: it was over already (counted).
  hotdesk_result finish(Outcome&& outcome);
  /// The two halves of finish(), for `complete`, which must not run the rest inside plugin code: whether this is the first
  /// end, and (exactly once, by whoever was first) what follows of it.
  bool claim();
  void deliver(Outcome&& outcome);
  /// As finish() with `code`, and the endpoint is told to stop.
  hotdesk_result give_up(hotdesk_result code);
  bool over() const noexcept { return over_.load(std::memory_order_acquire); }

  // What plugin code asks for through its handle.
  const char* keep(std::string_view bytes);  ///< nullptr: over, or the arena's budget is used up
  bool holds(const char* data, std::size_t size) const;
  hotdesk_result chunk(std::string_view text);
  std::string chunks() const;  ///< all so far
  void set_failure(std::string path, std::string text);
  /// Gives the outcome what `fail` said and what chunks were written.
  void complement(Outcome& outcome) const;
  void* user() const noexcept { return user_.load(std::memory_order_acquire); }
  void set_user(void* user) noexcept { user_.store(user, std::memory_order_release); }
  /// Counts one use of a host service, or one HTTP request; false: more than the budget.
  bool use_host(std::uint32_t most) noexcept { return uses_.fetch_add(1, std::memory_order_relaxed) < most; }
  bool use_http(std::uint32_t most) noexcept { return requests_.fetch_add(1, std::memory_order_relaxed) < most; }
  /// Runs `task` when the call is over, on the room's own thread; at once there when it is over already.
  void at_end(std::function<void()> task);
  /// Runs `task` in the moment the call is over, on the thread that ended it, also inside plugin code: for counting alone.
  void on_over(std::function<void()> task);
  /// What the plugin was given, kept as long as the call.
  void keep_alive(std::shared_ptr<const void> input) { input_ = std::move(input); }
  /// Which plugin's side the call is in; nullptr in the process that only sent it to a runner.
  HostSide* side = nullptr;

 private:
  CallContext context_;
  const Ask ask_;
  const std::chrono::steady_clock::time_point deadline_;
  Done done_;
  Chunk on_chunk_;
  std::atomic<bool> over_{false};
  std::atomic<void*> user_{nullptr};
  std::atomic<std::uint32_t> uses_{0};
  std::atomic<std::uint32_t> requests_{0};
  std::shared_ptr<const void> input_;
  mutable std::mutex mutex_;
  Arena arena_;
  std::function<void()> cancel_;
  std::vector<std::function<void()>> at_end_;
  std::function<void()> on_over_;
  std::string text_;
  std::string failed_path_;
  std::string failed_text_;
};

/// The calls under way in this process, by handle, and their deadlines. One for the process (plugins' handles come in through
/// C functions without a context). Handles have the top bit set; inline calls' don't.
class CallTable {
 public:
  static CallTable& instance();
  /// nullptr: over, stale or never ours (counted as gone).
  std::shared_ptr<Call> find(hotdesk_call call) const;
  std::uint64_t under_way() const noexcept;
  /// Gives up all calls of an owner, with HOTDESK_E_GONE.
  void end_all(const void* owner);
  /// Runs a task on the room's own thread, outside plugin code.
  void post(std::function<void()> task);
  /// Waits until what was posted before has run.
  void drain();

 private:
  friend class Call;
  CallTable();
  struct Inner;
  Inner* const inner_;  ///< lives as long as the process: a late handle may come at any time
};

inline constexpr hotdesk_call outlasting_call = 1ULL << 63;

}  // namespace hotdesk::plugins
