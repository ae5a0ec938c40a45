// What code in a runner cannot do, each tried by a child of its own; and the same outside, to show that it could.
#include "plugins/runner/sandbox.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

#include "plugins/runner/process.hpp"

namespace hotdesk::plugins::runner {
namespace {

#ifdef HOTDESK_SANITIZED
#define SKIP_IF_SANITIZED() GTEST_SKIP() << "no filter in sanitized builds"
#else
#define SKIP_IF_SANITIZED() (void)0
#endif

constexpr std::uint64_t memory = 64ULL << 20;

struct Ended {
  int status = 0;
  std::string errors;
};

/// Runs `work` in a child, sandboxed or not; its value is the exit status.
Ended run(bool sandboxed, const std::function<int()>& work, int file = -1) {
  int errors[2];
  EXPECT_EQ(pipe(errors), 0);
  const int host = getpid();
  const pid_t child = fork();
  if (child == 0) {
    dup2(errors[1], STDERR_FILENO);
    if (file >= 0) dup2(file, 5);
    if (sandboxed && (!leave_house(host) || !limit_resources(memory) || !lock_down())) _exit(exit_no_sandbox);
    _exit(work());
  }
  close(errors[1]);
  Ended ended;
  char buffer[4096];
  for (ssize_t got; (got = read(errors[0], buffer, sizeof buffer)) > 0;) ended.errors.append(buffer, static_cast<std::size_t>(got));
  close(errors[0]);
  waitpid(child, &ended.status, 0);
  return ended;
}

void expect_forbidden(const std::function<int()>& attempt) {
  const auto inside = run(true, attempt);
  EXPECT_TRUE(WIFEXITED(inside.status)) << inside.status;
  EXPECT_EQ(WEXITSTATUS(inside.status), exit_forbidden);
  EXPECT_NE(inside.errors.find("forbidden system call"), std::string::npos) << inside.errors;
  EXPECT_EQ(run(false, attempt).status, 0) << "outside it works";
}

TEST(RunnerSandbox, PlainWorkGoesOn) {
  const auto ended = run(true, [] {
    std::vector<std::string> memory_of_its_own(1000, std::string(100, 'x'));
    timespec now{};
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0 && memory_of_its_own.back().size() == 100 ? 0 : 1;
  });
  EXPECT_EQ(ended.status, 0) << ended.errors;
}

TEST(RunnerSandbox, NoSockets) {
  SKIP_IF_SANITIZED();
  expect_forbidden([] { return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : 1; });
}
TEST(RunnerSandbox, NoPrograms) {
  SKIP_IF_SANITIZED();
  expect_forbidden([] {
    char name[] = "true";
    char* argv[] = {name, nullptr};
    char* none[] = {nullptr};
    return execve("/bin/true", argv, none);
  });
}
TEST(RunnerSandbox, NoProcesses) {
  SKIP_IF_SANITIZED();
  expect_forbidden([] {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    return child > 0 ? 0 : 1;
  });
}
TEST(RunnerSandbox, NoSignalsToTheHost) {
  SKIP_IF_SANITIZED();
  expect_forbidden([] { return kill(getppid(), 0); });
}
TEST(RunnerSandbox, NoTracing) {
  SKIP_IF_SANITIZED();
  expect_forbidden([] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : 1; });
}

TEST(RunnerSandbox, FilesAreRefusedWithoutHarm) {
  SKIP_IF_SANITIZED();
  const auto attempt = [] {
    const int file = open("/etc/passwd", O_RDONLY);
    struct stat info {};
    const bool there = stat("/etc/passwd", &info) == 0;
    return file < 0 && errno == EACCES && !there ? 42 : 0;
  };
  EXPECT_EQ(WEXITSTATUS(run(true, attempt).status), 42);
  EXPECT_EQ(run(false, attempt).status, 0);
  EXPECT_EQ(run(true, [] { return open("/tmp/hotdesk-runner-was-here", O_CREAT | O_WRONLY, 0600) < 0 ? 0 : 1; }).status, 0);
}

TEST(RunnerSandbox, ThePluginsOwnFileOpensByItsName) {
  SKIP_IF_SANITIZED();
  const int file = memfd_create("library", 0);
  ASSERT_EQ(write(file, "hello", 5), 5);
  const auto look = [] {
    const int opened = open(library_name, O_RDONLY);
    struct stat info {};
    char first = 0;
    if (opened < 0 || fstat(opened, &info) != 0 || read(opened, &first, 1) != 1 || first != 'h') return 0;
    return open("/proc/self/fd/4", O_RDONLY) < 0 ? static_cast<int>(info.st_size) : 0;
  };
  EXPECT_EQ(WEXITSTATUS(run(true, look, file).status), 5);
  close(file);
}

TEST(RunnerSandbox, NoNewThreads) {
  SKIP_IF_SANITIZED();
  const auto ended = run(true, [] {
    pthread_t thread;
    return pthread_create(&thread, nullptr, [](void* nothing) { return nothing; }, nullptr);
  });
  EXPECT_TRUE(WIFEXITED(ended.status));
  EXPECT_EQ(WEXITSTATUS(ended.status), EPERM);
}

TEST(RunnerSandbox, TheHandlerThatExplainsCannotBeReplaced) {
  SKIP_IF_SANITIZED();
  const auto ended = run(true, [] {
    struct sigaction mine {};
    mine.sa_handler = SIG_IGN;
    return sigaction(SIGSYS, &mine, nullptr) != 0 && sigaction(SIGUSR1, &mine, nullptr) == 0 ? 0 : 1;
  });
  EXPECT_EQ(ended.status, 0);
}

TEST(RunnerSandbox, MemoryIsBounded) {
  SKIP_IF_SANITIZED();
  const auto bomb = [] {
    std::size_t taken = 0;
    while (taken < 4 * memory) {
      auto* block = static_cast<char*>(std::malloc(1 << 20));
      if (block == nullptr) return 42;
      std::memset(block, 1, 1 << 20);
      taken += 1 << 20;
    }
    return 0;
  };
  EXPECT_EQ(WEXITSTATUS(run(true, bomb).status), 42);
  EXPECT_EQ(run(false, bomb).status, 0);
}

TEST(RunnerSandbox, ItEndsWithItsHost) {
  int alive[2];
  ASSERT_EQ(pipe(alive), 0);
  const pid_t host = fork();
  ASSERT_GE(host, 0);
  if (host == 0) {
    const int me = getpid();
    int ready[2];
    if (pipe(ready) != 0) _exit(1);
    if (fork() == 0) {
      dup2(alive[1], 5);  // kept by leave_house
      if (!leave_house(me)) _exit(1);
      if (write(5, "r", 1) != 1) _exit(1);
      for (;;) pause();
    }
    close(alive[1]);
    for (;;) pause();
  }
  close(alive[1]);
  char byte = 0;
  ASSERT_EQ(read(alive[0], &byte, 1), 1);
  kill(host, SIGKILL);
  int status = 0;
  waitpid(host, &status, 0);
  EXPECT_EQ(read(alive[0], &byte, 1), 0) << "its descriptors are closed: it is gone";
  close(alive[0]);
}

}  // namespace
}  // namespace hotdesk::plugins::runner
