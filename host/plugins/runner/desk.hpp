#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "plugins/image.hpp"
#include "plugins/instance.hpp"
#include "plugins/plugin_metrics.hpp"
#include "plugins/runner/child_watch.hpp"
#include "plugins/runner/proxies.hpp"

namespace hotdesk::plugins::runner {

/// What the host told a runner to load.
struct LoadOrder {
  std::string host_version;
  std::uint32_t services = 0;  ///< which of them the host has: 1 HTTP, 2 knowledge, 4 messages, 8 posts
  std::string plugin;
  std::string version;
  std::string build_id;
  std::string file_hash;
  Uuid tenant;
  std::string config;
  bool shadow = false;
  std::vector<std::string> provides;
  std::vector<std::string> permissions;
  bool kv = false;
  Budgets budgets;
};
/// False: malformed.
bool read_hello(Reader& in, LoadOrder& order);
bool read_load(Reader& in, LoadOrder& order);

/// The host's side of a plugin, inside the runner: its image and instance on this process's first thread, its calls on the
/// workers. All threads are made by the constructor: the sandbox allows none later.
class Desk {
 public:
  static constexpr int workers = 2;
  Desk(Mailbox& mailbox, LoadOrder order);
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// First thread: maps, initializes, creates. Errc::invalid: the plugin refused its configuration.
  Result<> load(const SealedFile& file, const char* name);
  /// First thread: state, health. False: not its business.
  bool serve(const Frame& frame);
  /// First thread: destroys and ends the plugin. Nothing of it may run any more.
  void close();

 private:
  void work();
  void start(const Frame& frame);
  void cancel(std::uint64_t number);
  void answer(std::uint64_t number, Method method, const Outcome& outcome);
  std::uint64_t number_of(hotdesk_call call) const;
  void start_threads();

  Mailbox& mailbox_;
  const LoadOrder order_;
  const SystemClock clock_;
  RemoteMetrics metrics_;
  RemoteServices remote_;
  Services services_;
  std::unique_ptr<Image> image_;
  WorkerPool no_pool_{0};  ///< calls run on this desk's own workers
  std::shared_ptr<Instance> instance_;
  std::mutex turn_;  ///< of a plugin with state: one call at a time
  bool serial_ = false;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Call>> calls_;       ///< by the host's number
  std::deque<std::uint64_t> cancelled_;                                  ///< before they were begun, perhaps
  std::unordered_map<hotdesk_call, std::uint64_t> numbers_;              ///< the host's, by ours
};

}  // namespace hotdesk::plugins::runner
