#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hotdesk::plugins::runner {

/// How a runner process ended, in words for the panel.
struct Death {
  int status = 0;  ///< as of waitpid
  int signal = 0;  ///< that killed it; 0: it exited
  std::string reason;      ///< a sentence
  std::string last_lines;  ///< of its standard error, at most 4 KiB
};

/// Exit codes that a runner ends itself with; the reason stands on its standard error too.
enum RunnerExit : int {
  exit_overran = 81,    ///< the watchdog: a call over its hard limit
  exit_forbidden = 82,  ///< a system call that the sandbox forbids
  exit_protocol = 83,   ///< the host sent what it does not understand
  exit_no_sandbox = 84,
};

/// What a child inherits: descriptor 3 the control socket, 4 the shared memory, 5 the plugin's sealed file.
struct SpawnSpec {
  std::string program;                 ///< "/proc/self/exe"
  std::vector<std::string> arguments;  ///< argv, the name first
  int socket = -1;
  int memory = -1;
  int file = -1;
};

/// A child process: empty environment, no terminal, its own process group. Spawned by a thread that lives as long as the
/// process should: the kernel kills it when that thread ends. Thread: one at a time.
class Process {
 public:
  static Result<std::unique_ptr<Process>> spawn(const SpawnSpec& spec);
  /// Kills it and waits.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int pid() const noexcept { return pid_; }
  int pidfd() const noexcept { return pidfd_; }       ///< readable when it has ended
  int error_fd() const noexcept { return error_fd_; }  ///< its standard error; -1 when that has ended
  void kill() noexcept;
  /// Reads what stands on its standard error without waiting; keeps the end of it.
  void read_errors();
  /// Reaps it if it has ended.
  std::optional<Death> try_reap();
  /// Resident memory in bytes; 0: unknown.
  std::uint64_t resident() const;

 private:
  Process() = default;
  int pid_ = -1;
  int pidfd_ = -1;
  int error_fd_ = -1;
  bool reaped_ = false;
  std::string errors_;
};

}  // namespace hotdesk::plugins::runner
