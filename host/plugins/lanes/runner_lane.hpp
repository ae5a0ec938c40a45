#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "plugins/facts.hpp"
#include "plugins/host_services.hpp"
#include "plugins/instance.hpp"
#include "plugins/lanes/endpoint.hpp"

namespace hotdesk::plugins {

/// What happened to a runner process; for the breaker, the panel and the log. Called on any thread, must not block.
struct RunnerEvent {
  enum class Kind : std::uint8_t { started, crashed, killed, stopped } kind = Kind::started;
  Uuid tenant;
  std::string plugin;
  std::string version;
  int pid = 0;
  std::string reason;  ///< a sentence: "SIGSEGV", "stayed 31 ms over its limit", …, and the last of its stderr
};

struct RunnerStatus {
  std::string state;  ///< running | backoff | stopped
  int pid = 0;
  int restarts = 0;
  std::string last_crash;  ///< empty: none
};

/// Runs instances in child processes, one process for each (vendor, tenant).
class RunnerLane {
 public:
  virtual ~RunnerLane() = default;
  /// Starts the process when there is none, loads and creates there. Errors as Image::load and Instance::make. Loader thread.
  virtual Result<std::unique_ptr<Endpoint>> make(const Package& package, const Instance::Parts& parts) = 0;
  virtual RunnerStatus status(const Uuid& tenant, const std::string& plugin, const std::string& version) const = 0;
};

struct RunnerOptions {
  std::filesystem::path program;  ///< run as `program plugin-runner …`; empty: this process's own
  std::filesystem::path python;   ///< for packages with runtime python3; empty: refused
};

/// nullptr: this build has none, and what would need one is refused.
std::unique_ptr<RunnerLane> make_runner_lane(const RunnerOptions& options, Services& services,
                                             std::function<void(const RunnerEvent&)> on_event);

}  // namespace hotdesk::plugins
