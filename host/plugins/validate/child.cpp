#include "plugins/validate/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace hotdesk::plugins::validate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_output = 256 * 1024;
constexpr std::size_t most_words = 2048;

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0) read = ends[0], write = ends[1];
  }
  ~Pipe() {
    close_write();
    if (read >= 0) close(read);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_write() {
    if (write >= 0) close(write);
    write = -1;
  }
};

[[noreturn]] void become(const std::vector<std::string>& command, int out, int words) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(null, 0);
  dup2(words, 1);
  dup2(words, 2);
  fcntl(out, F_SETFD, 0);
  std::vector<std::string> filled = command;
  for (auto& one : filled)
    if (one == "{fd}") one = std::to_string(out);
  std::vector<char*> arguments;
  for (auto& one : filled) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

/// Reads what is there; false: the end.
bool take(int fd, std::string& into, std::size_t most, bool keep_end) {
  char buffer[4096];
  const auto got = read(fd, buffer, sizeof buffer);
  if (got <= 0) return false;
  into.append(buffer, static_cast<std::size_t>(got));
  if (into.size() > most) keep_end ? into.erase(0, into.size() - most) : (into.resize(most), into);
  return true;
}

}  // namespace

ChildEnd run_child(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  ChildEnd end;
  Pipe out;
  Pipe words;
  if (out.read < 0 || words.read < 0) return {{}, "could not be started: no descriptors left", {}};
  const pid_t child = fork();
  if (child < 0) return {{}, std::string("could not be started: ") + strerror(errno), {}};
  if (child == 0) become(command, out.write, words.write);
  setpgid(child, child);
  out.close_write();
  words.close_write();

  const auto deadline = Clock::now() + limit;
  bool out_open = true;
  bool words_open = true;
  bool late = false;
  while (out_open || words_open) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) {
      late = true;
      break;
    }
    pollfd fds[2] = {{out_open ? out.read : -1, POLLIN, 0}, {words_open ? words.read : -1, POLLIN, 0}};
    if (poll(fds, 2, static_cast<int>(std::min<long>(left, 1000))) <= 0) continue;
    if (fds[0].revents != 0) out_open = take(out.read, end.output, most_output, false);
    if (fds[1].revents != 0) words_open = take(words.read, end.words, most_words, true);
  }
  int status = 0;
  while (!late && waitpid(child, &status, WNOHANG) == 0) {  // it closed everything and runs on
    poll(nullptr, 0, 2);
    late = Clock::now() > deadline;
  }
  if (late) {
    kill(-child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  kill(-child, SIGKILL);  // what it started itself
  if (late) end.problem = "took longer than " + std::to_string(limit.count() / 1000) + " s";
  else if (WIFSIGNALED(status))
    end.problem = "was killed by signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")";
  else if (WEXITSTATUS(status) != 0) end.problem = "ended with status " + std::to_string(WEXITSTATUS(status));
  return end;
}

}  // namespace hotdesk::plugins::validate
