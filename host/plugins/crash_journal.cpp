#include "plugins/crash_journal.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

std::atomic<int> journal{-1};

/// A line put together without allocation; what does not fit is cut.
class Line {
 public:
  void add(const char* text) noexcept {
    while (*text != '\0' && size_ < sizeof bytes_ - 4) {
      const char c = *text++;
      bytes_[size_++] = c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
    }
  }
  void add_raw(const char* text) noexcept {
    while (*text != '\0' && size_ < sizeof bytes_ - 4) bytes_[size_++] = *text++;
  }
  void add(long number) noexcept {
    char digits[24];
    std::size_t count = 0;
    for (unsigned long rest = number < 0 ? 0UL : static_cast<unsigned long>(number); count == 0 || rest != 0; rest /= 10)
      digits[count++] = static_cast<char>('0' + rest % 10);
    while (count > 0 && size_ < sizeof bytes_ - 4) bytes_[size_++] = digits[--count];
  }
  void write_to(int fd) noexcept {
    bytes_[size_++] = '\n';
    const ssize_t ignored = write(fd, bytes_, size_);
    (void)ignored;
    --size_;
  }

 private:
  char bytes_[1024];
  std::size_t size_ = 0;
};

constexpr std::array signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
std::array<struct sigaction, signals.size()> before{};

const char* name_of(int signal) noexcept {
  switch (signal) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGILL: return "SIGILL";
    case SIGFPE: return "SIGFPE";
    default: return "SIGABRT";
  }
}

/// Puts the former handler back and returns: the instruction runs again and the signal comes again. SIGABRT is raised anew.
void on_crash(int signal, siginfo_t*, void*) {
  const int saved = errno;
  if (const char* plugin = current_plugin())
    write_crash(name_of(signal), plugin, static_cast<int>(syscall(SYS_gettid)));
  for (std::size_t i = 0; i < signals.size(); ++i)
    if (signals[i] == signal) sigaction(signal, &before[i], nullptr);
  errno = saved;
  if (signal == SIGABRT) raise(SIGABRT);
}

}  // namespace

Result<> open_crash_journal(const std::filesystem::path& path) {
  if (path.empty()) return {};
  const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail(Errc::storage, "the crash journal " + path.string() + " cannot be opened: " + std::strerror(errno));
  const int old = journal.exchange(fd);
  if (old >= 0) close(old);
  return {};
}

void write_crash(const char* what, const char* plugin, int tid) noexcept {
  Line line;
  line.add_raw("{\"at\":");
  line.add(static_cast<long>(time(nullptr)));
  line.add_raw(",\"pid\":");
  line.add(static_cast<long>(getpid()));
  line.add_raw(",\"tid\":");
  line.add(static_cast<long>(tid));
  line.add_raw(",\"what\":\"");
  line.add(what);
  line.add_raw("\",\"plugin\":\"");
  line.add(plugin != nullptr ? plugin : "");
  line.add_raw("\"}");
  if (const int fd = journal.load(); fd >= 0) line.write_to(fd);
  line.write_to(STDERR_FILENO);
}

const char* current_plugin() noexcept {
  const ThreadRecord* record = find_this_thread();
  return record != nullptr ? record->running.load(std::memory_order_relaxed) : nullptr;
}

void install_crash_handlers() noexcept {
  static std::atomic<bool> installed{false};
  if (installed.exchange(true)) return;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    struct sigaction action {};
    action.sa_sigaction = &on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(signals[i], &action, &before[i]);
  }
}

}  // namespace hotdesk::plugins
