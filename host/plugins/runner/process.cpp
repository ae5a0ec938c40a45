#include "plugins/runner/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace hotdesk::plugins::runner {
namespace {

constexpr std::size_t most_errors = 4096;

/// A copy of a descriptor above those that the child will have, closed at the end.
class Lifted {
 public:
  explicit Lifted(int fd) : fd_(fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 20)) {}
  ~Lifted() {
    if (fd_ >= 0) close(fd_);
  }
  Lifted(const Lifted&) = delete;
  Lifted& operator=(const Lifted&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

std::string describe(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* name = sigabbrev_np(signal);
    std::string text = "was killed by signal " + std::to_string(signal);
    if (name != nullptr) text += std::string(" (SIG") + name + ")";
    return text;
  }
  switch (WEXITSTATUS(status)) {
    case exit_overran: return "stayed in one call over the hard limit of synchronous time";
    case exit_forbidden: return "tried a system call that the sandbox forbids";
    case exit_protocol: return "did not understand the host";
    case exit_no_sandbox: return "could not be put into a sandbox";
    default: return "exited with status " + std::to_string(WEXITSTATUS(status));
  }
}

}  // namespace

Result<std::unique_ptr<Process>> Process::spawn(const SpawnSpec& spec) {
  std::array<int, 2> errors{-1, -1};
  if (pipe2(errors.data(), O_CLOEXEC | O_NONBLOCK) != 0) return fail(Errc::internal, std::string("no pipe: ") + std::strerror(errno));
  std::unique_ptr<Process> made(new Process);
  made->error_fd_ = errors[0];
  const Lifted error_end(errors[1]);
  close(errors[1]);
  const Lifted socket(spec.socket);
  const Lifted memory(spec.memory);
  const Lifted file(spec.file);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, error_end.get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socket.get(), 3);
  posix_spawn_file_actions_adddup2(&actions, memory.get(), 4);
  posix_spawn_file_actions_adddup2(&actions, file.get(), 5);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);

  std::vector<char*> arguments;
  std::vector<std::string> copies = spec.arguments;
  for (auto& one : copies) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  char* environment[] = {nullptr};
  const int error = posix_spawn(&made->pid_, spec.program.c_str(), &actions, &attributes, arguments.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    made->pid_ = -1;
    return fail(Errc::internal, "the runner " + spec.program + " cannot be started: " + std::strerror(error));
  }
  made->pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, made->pid_, 0));
  if (made->pidfd_ < 0) return fail(Errc::internal, std::string("no pidfd: ") + std::strerror(errno));
  return made;
}

Process::~Process() {
  if (pid_ > 0 && !reaped_) {
    kill();
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  if (pidfd_ >= 0) close(pidfd_);
  if (error_fd_ >= 0) close(error_fd_);
}

void Process::kill() noexcept {
  if (pid_ > 0 && !reaped_) ::kill(pid_, SIGKILL);  // not reaped: the number is still its own
}

void Process::read_errors() {
  char buffer[4096];
  // Bounded: it may write faster than we read.
  for (int i = 0; i < 16 && error_fd_ >= 0; ++i) {
    const ssize_t got = read(error_fd_, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got == 0) {
      close(error_fd_);
      error_fd_ = -1;
      return;
    }
    errors_.append(buffer, static_cast<std::size_t>(got));
    if (errors_.size() > most_errors) errors_.erase(0, errors_.size() - most_errors);
  }
}

std::optional<Death> Process::try_reap() {
  if (reaped_) return std::nullopt;
  int status = 0;
  const pid_t ended = waitpid(pid_, &status, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return std::nullopt;
  reaped_ = true;
  read_errors();
  Death death;
  death.status = status;
  death.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  death.reason = describe(status);
  for (const char c : errors_) {
    const auto byte = static_cast<unsigned char>(c);
    death.last_lines += byte == '\n' || (byte >= 0x20 && byte < 0x7F) ? c : '?';  // it ends in logs and JSON
  }
  return death;
}

std::uint64_t Process::resident() const {
  std::ifstream in("/proc/" + std::to_string(pid_) + "/statm");
  std::uint64_t whole = 0;
  std::uint64_t resident = 0;
  if (!(in >> whole >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace hotdesk::plugins::runner
