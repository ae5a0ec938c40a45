#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "plugins/runner/runner.hpp"

namespace hotdesk::plugins::runner {

/// One thread that spawns all runner processes, hears their sockets and their ends, and starts them again. Thread: any.
class Supervisor {
 public:
  Supervisor();
  /// Ends all processes: asks them first.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  void add(std::shared_ptr<Runner> runner);
  /// Its process is asked to end; the runner goes once it has.
  void release(const std::shared_ptr<Runner>& runner);
  /// nullptr: none. The one added last, of several.
  std::shared_ptr<Runner> find(const Uuid& tenant, const std::string& plugin, const std::string& version) const;

 private:
  void run();
  void wake() noexcept;
  /// One round; false when all is over.
  bool round();

  const int wake_fd_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Runner>> runners_;  ///< not released yet
  std::vector<std::shared_ptr<Runner>> added_;
  std::vector<std::shared_ptr<Runner>> released_;
  bool stopping_ = false;
  std::vector<std::shared_ptr<Runner>> mine_;  ///< the thread's own
  std::thread thread_;
};

}  // namespace hotdesk::plugins::runner
