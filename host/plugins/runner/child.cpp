#include "plugins/runner/child.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <deque>

#include "plugins/crash_journal.hpp"
#include "plugins/runner/desk.hpp"
#include "plugins/runner/process.hpp"
#include "plugins/runner/sandbox.hpp"

namespace hotdesk::plugins::runner {
namespace {

constexpr std::uint32_t has_ring = 1;
std::atomic<bool> offered{false};

int complain(const Error& error, int status) {
  const std::string line = "runner: " + (error.where.empty() ? "" : error.where + ": ") + error.text + "\n";
  const ssize_t ignored = write(STDERR_FILENO, line.data(), line.size());
  (void)ignored;
  return status;
}

template <class Number>
bool read(const std::string& text, Number& number) {
  return std::from_chars(text.data(), text.data() + text.size(), number).ptr == text.data() + text.size() && !text.empty();
}

/// Frames for the first thread, brought by the thread that reads the socket.
class Inbox {
 public:
  void put(Frame frame) {
    {
      const std::lock_guard lock(mutex_);
      frames_.push_back(std::move(frame));
    }
    changed_.notify_one();
  }
  Frame take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !frames_.empty(); });
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Frame> frames_;
};

void read_socket(Mailbox& mailbox, Inbox& inbox) {
  pthread_setname_np(pthread_self(), "runner-socket");
  for (;;) {
    Frame frame;
    if (!mailbox.receive(frame)) _exit(0);  // the host is gone
    if (frame.type() == FrameType::ping) mailbox.send(std::move(Writer(FrameType::pong, frame.header.call)).take());
    else inbox.put(std::move(frame));
  }
}

void tell(Mailbox& mailbox, const Result<>& loaded) {
  if (loaded) return mailbox.send(std::move(Writer(FrameType::loaded, 1)).take());
  const Error& why = loaded.error();
  mailbox.send(std::move(Writer(FrameType::failed, 1).u8(why.code == Errc::invalid ? 0 : 1).text(why.text.substr(0, 4096)).text(why.where.substr(0, 1024))).take());
}

int serve(std::uint64_t memory, std::string sandbox) {
  auto shared = SharedMemory::open(4);
  if (!shared) return complain(shared.error(), exit_protocol);
  auto file = SealedFile::adopt(5);
  if (!file) return complain(file.error(), exit_protocol);
  Mailbox mailbox(std::move(*shared), 3);
  LoadOrder order;
  Frame frame;
  if (!mailbox.receive(frame) || frame.type() != FrameType::hello) return exit_protocol;
  Reader hello(frame.payload);
  if (!read_hello(hello, order)) return exit_protocol;
  if (!mailbox.receive(frame) || frame.type() != FrameType::load) return exit_protocol;
  Reader load(frame.payload);
  if (!read_load(load, order)) return exit_protocol;

  install_crash_handlers();
  make_signal_stack();
  Inbox inbox;
  Desk desk(mailbox, std::move(order));
  std::thread([&] { read_socket(mailbox, inbox); }).detach();
  if (const auto limited = limit_resources(memory); !limited) return complain(limited.error(), exit_no_sandbox);
  const auto locked = lock_down();
  if (!locked) return complain(locked.error(), exit_no_sandbox);
  mailbox.send(std::move(Writer(FrameType::ready).u32(protocol_version).u32(has_ring).text(sandbox + "; " + *locked)).take());

  const auto loaded = desk.load(*file, library_name);
  tell(mailbox, loaded);
  while (loaded) {
    frame = inbox.take();
    if (frame.type() == FrameType::bye) break;
    if (!desk.serve(frame)) return complain(fail(Errc::invalid, "the host sent a frame that this runner does not know"), exit_protocol);
  }
  desk.close();
  return 0;
}

}  // namespace

void offer_this_program() noexcept { offered = true; }
bool this_program_is_offered() noexcept { return offered; }

int run_child(const std::vector<std::string>& arguments) {
  int host = 0;
  std::uint64_t memory = 0;
  if (arguments.size() < 2 || arguments.size() > 3 || !read(arguments[0], host) || !read(arguments[1], memory))
    return complain(fail(Errc::invalid, "is started by the host alone"), 2);
  auto left = leave_house(host);
  if (!left) return complain(left.error(), exit_no_sandbox);
  if (arguments.size() == 3)
    return complain(run_interpreter(arguments[2], {arguments[2], "-I", "-B", "-S", library_name}, memory), exit_no_sandbox);
  // Its threads end with the process, whatever they do.
  _exit(serve(memory, std::move(*left)));
}

}  // namespace hotdesk::plugins::runner
