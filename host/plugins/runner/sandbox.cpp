#include "plugins/runner/sandbox.hpp"

#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "plugins/runner/process.hpp"
#include "plugins/runner/syscall_filter.hpp"

namespace hotdesk::plugins::runner {
namespace {

constexpr unsigned nobody = 65534;
constexpr int interpreter_fd = 1000;  ///< over the later limit of descriptors: nobody can make it again

Error system_error(const char* what) { return fail(Errc::internal, std::string(what) + ": " + std::strerror(errno)); }

bool set_limit(__rlimit_resource resource, rlim_t most) noexcept {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return false;
  limit.rlim_max = std::min(limit.rlim_max, most);
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(resource, &limit) == 0;
}

/// Bytes of address space and of private data in use.
struct Use {
  std::uint64_t space = 0;
  std::uint64_t data = 0;
};
Use current_use() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t pages[6]{};
  for (auto& one : pages) in >> one;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return {pages[0] * page, pages[5] * page};
}

}  // namespace

Result<std::string> leave_house(int host_pid) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return system_error("cannot be tied to the host");
  if (getppid() != host_pid) return fail(Errc::expired, "the host is gone");
  syscall(SYS_close_range, 6U, ~0U, 0U);
  clearenv();
  if (chdir("/") != 0) return system_error("cannot leave the folder");
  umask(077);
  std::string done = "no privileges";
  if (geteuid() == 0) {
    if (setgroups(0, nullptr) == 0 && setresgid(nobody, nobody, nobody) == 0 && setresuid(nobody, nobody, nobody) == 0) {
      done += ", user nobody";
    }
    // Changing the user cleared it.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != host_pid) return fail(Errc::expired, "the host is gone");
  }
  if (unshare(CLONE_NEWUSER) == 0) done += ", user namespace";
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_error("cannot give up new privileges");
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return done;
}

Result<> limit_resources(std::uint64_t memory_bytes) {
#ifndef HOTDESK_SANITIZED  // the sanitizers reserve terabytes
  mallopt(M_ARENA_MAX, 2);  // each reserves 64 MiB of address space
  const auto use = current_use();
  constexpr std::uint64_t mapped_files = 64 * 1024 * 1024;
  if (!set_limit(RLIMIT_DATA, use.data + memory_bytes) || !set_limit(RLIMIT_AS, use.space + memory_bytes + mapped_files))
    return system_error("cannot limit the memory");
#else
  (void)memory_bytes;
  (void)&current_use;
#endif
  if (!set_limit(RLIMIT_CORE, 0) || !set_limit(RLIMIT_FSIZE, 0) || !set_limit(RLIMIT_NOFILE, 64) || !set_limit(RLIMIT_NPROC, 0))
    return system_error("cannot limit resources");
  return {};
}

Result<std::string> lock_down() {
#ifdef HOTDESK_SANITIZED
  return std::string("no system call filter (sanitized build)");
#else
  if (const auto set = filter_native(5, library_name); !set) return set.error();
  return std::string("system call filter: no network, no files, no programs");
#endif
}

Error run_interpreter(const std::string& interpreter, const std::vector<std::string>& arguments, std::uint64_t memory_bytes) {
  const int opened = open(interpreter.c_str(), O_PATH | O_CLOEXEC);
  if (opened < 0) return system_error(interpreter.c_str());
  if (dup3(opened, interpreter_fd, O_CLOEXEC) < 0) return system_error("no descriptor for the interpreter");
  close(opened);
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv;
  for (auto& one : copies) argv.push_back(one.data());
  argv.push_back(nullptr);
  char* environment[] = {nullptr};
  if (const auto limited = limit_resources(memory_bytes); !limited) return limited.error();
#ifndef HOTDESK_SANITIZED
  if (const auto set = filter_interpreter(interpreter_fd); !set) return set.error();
#endif
  syscall(SYS_execveat, interpreter_fd, "", argv.data(), environment, AT_EMPTY_PATH);
  return system_error("the interpreter cannot be started");
}

}  // namespace hotdesk::plugins::runner
