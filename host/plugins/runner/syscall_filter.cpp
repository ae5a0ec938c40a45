#include "plugins/runner/syscall_filter.hpp"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "plugins/runner/process.hpp"

namespace hotdesk::plugins::runner {
namespace {

int library = -1;
const char* library_path = "";

/// The registers of a system call that was stopped.
struct Stopped {
  explicit Stopped(void* context) : machine(static_cast<ucontext_t*>(context)->uc_mcontext) {}
#if defined(__x86_64__)
  std::uint64_t argument(int n) const noexcept {
    constexpr int registers[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10};
    return static_cast<std::uint64_t>(machine.gregs[registers[n]]);
  }
  void answer(long value) noexcept { machine.gregs[REG_RAX] = value; }
#elif defined(__aarch64__)
  std::uint64_t argument(int n) const noexcept { return machine.regs[n]; }
  void answer(long value) noexcept { machine.regs[0] = static_cast<unsigned long>(value); }
#endif
  const char* path(int n) const noexcept { return reinterpret_cast<const char*>(argument(n)); }
  mcontext_t& machine;
};

void write_number(long number) noexcept {
  char text[64] = "runner: forbidden system call ";
  std::size_t size = std::strlen(text);
  char digits[24];
  std::size_t count = 0;
  for (unsigned long rest = static_cast<unsigned long>(number); count == 0 || rest != 0; rest /= 10)
    digits[count++] = static_cast<char>('0' + rest % 10);
  while (count > 0) text[size++] = digits[--count];
  text[size++] = '\n';
  const ssize_t ignored = write(STDERR_FILENO, text, size);
  (void)ignored;
}

long open_library() noexcept {
  lseek(library, 0, SEEK_SET);
  const int copy = fcntl(library, F_DUPFD_CLOEXEC, 6);
  return copy >= 0 ? copy : -errno;
}

/// Runs on the thread whose call was stopped. Async-signal-safe.
void on_forbidden(int, siginfo_t* info, void* context) {
  const int saved = errno;
  Stopped call(context);
  switch (info->si_syscall) {
    case SYS_openat: call.answer(std::strcmp(call.path(1), library_path) == 0 ? open_library() : -EACCES); break;
    case SYS_newfstatat:
      if ((call.argument(3) & AT_EMPTY_PATH) != 0 && call.path(1) != nullptr && *call.path(1) == '\0') {
        const long done = syscall(SYS_fstat, call.argument(0), call.argument(2));
        call.answer(done == 0 ? 0 : -errno);
      } else {
        call.answer(-EACCES);
      }
      break;
#ifdef SYS_open
    case SYS_open:
    case SYS_stat:
    case SYS_lstat:
    case SYS_access:
    case SYS_readlink:
#endif
    case SYS_statx:
    case SYS_faccessat:
    case SYS_faccessat2:
    case SYS_readlinkat:
    case SYS_getcwd: call.answer(-EACCES); break;
    case SYS_ioctl: call.answer(-ENOTTY); break;
    case SYS_prctl:
    case SYS_uname:
    case SYS_sysinfo:
    case SYS_prlimit64:
    case SYS_rt_sigaction: call.answer(-EPERM); break;
    default:
      write_number(info->si_syscall);
      _exit(exit_forbidden);
  }
  errno = saved;
}

class Filter {
 public:
  explicit Filter(std::uint32_t otherwise) : context_(seccomp_init(otherwise)) {
    if (context_ == nullptr) return;
    seccomp_attr_set(context_, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    seccomp_attr_set(context_, SCMP_FLTATR_CTL_TSYNC, 1);
    seccomp_attr_set(context_, SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree
  }
  ~Filter() {
    if (context_ != nullptr) seccomp_release(context_);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void set(std::uint32_t action, std::initializer_list<int> calls) {
    for (const int one : calls) add(action, one, {});
  }
  void add(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> where) {
    if (call < 0 || context_ == nullptr) return;  // this architecture has no such call
    if (seccomp_rule_add_array(context_, action, call, static_cast<unsigned>(where.size()), where.begin()) != 0) failed_ = true;
  }
  Result<> load() {
    if (context_ == nullptr || failed_ || seccomp_load(context_) != 0)
      return fail(Errc::unsupported, "this kernel takes no system call filter (seccomp): run its plugins in the pool lane or on a kernel that has it");
    return {};
  }

 private:
  scmp_filter_ctx context_;
  bool failed_ = false;
};

/// What any program needs to compute, to wait and to use the descriptors that it has.
void allow_computing(Filter& filter) {
  filter.set(SCMP_ACT_ALLOW,
             {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(close),
              SCMP_SYS(fstat), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(poll),
              SCMP_SYS(ppoll), SCMP_SYS(futex), SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(brk),
              SCMP_SYS(madvise), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
              SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
              SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
              SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(getrandom), SCMP_SYS(membarrier), SCMP_SYS(rseq),
              SCMP_SYS(set_robust_list), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),
              SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_EQ, F_DUPFD_CLOEXEC)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_EQ, F_GETFL)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_EQ, F_GETFD)});
  // raise() and abort(): signals to itself alone.
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()))});
  filter.set(SCMP_ACT_ERRNO(ENOSYS), {SCMP_SYS(clone3)});  // its flags lie in memory; the C library then takes clone
}

}  // namespace

Result<> filter_native(int file, const char* name) {
  library = file;
  library_path = name;
  struct sigaction action {};
  action.sa_sigaction = &on_forbidden;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGSYS, &action, nullptr) != 0) return fail(Errc::internal, "no handler for forbidden system calls");
  Filter filter(SCMP_ACT_TRAP);
  allow_computing(filter);
  // Handlers may be read and set, but that of SIGSYS.
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), {SCMP_A0(SCMP_CMP_NE, SIGSYS)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), {SCMP_A0(SCMP_CMP_EQ, SIGSYS), SCMP_A1(SCMP_CMP_EQ, 0)});
  filter.add(SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)});
  return filter.load();
}

Result<> filter_interpreter(int program) {
  Filter filter(SCMP_ACT_ERRNO(EPERM));
  allow_computing(filter);
  filter.set(SCMP_ACT_ALLOW,
             {SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
              SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(ioctl),
              SCMP_SYS(dup), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(arch_prctl), SCMP_SYS(set_tid_address), SCMP_SYS(select),
              SCMP_SYS(pselect6), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
              SCMP_SYS(eventfd2), SCMP_SYS(fadvise64), SCMP_SYS(rt_sigaction), SCMP_SYS(getsockopt), SCMP_SYS(getsockname),
              SCMP_SYS(shutdown)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_EQ, F_SETFL)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_EQ, F_SETFD)});
  constexpr scmp_datum_t writes = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(openat), {SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(open), {SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), {SCMP_A2(SCMP_CMP_EQ, 0)});
  filter.add(SCMP_ACT_ALLOW, SCMP_SYS(execveat), {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(program))});
  filter.set(SCMP_ACT_KILL_PROCESS,
             {SCMP_SYS(execve), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
              SCMP_SYS(accept4), SCMP_SYS(ptrace), SCMP_SYS(kill), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
              SCMP_SYS(mount), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf), SCMP_SYS(io_uring_setup)});
  filter.add(SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)});
  return filter.load();
}

}  // namespace hotdesk::plugins::runner
