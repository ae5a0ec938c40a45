#include "plugins/runner/mailbox.hpp"

#include <time.h>
#include <unistd.h>

#include <map>

#include "plugins/runner/process.hpp"

namespace hotdesk::plugins::runner {
namespace {

using namespace std::chrono_literals;

constexpr int short_spin = 40;

bool is_work(FrameType type) noexcept { return type == FrameType::ask || type == FrameType::cancel; }

/// The host broke the protocol, or the memory is damaged: by the plugin, if anyone.
[[noreturn]] void give_up(const char* why) {
  const std::string line = std::string("runner: ") + why + "\n";
  const ssize_t ignored = write(STDERR_FILENO, line.data(), line.size());
  (void)ignored;
  _exit(exit_protocol);
}

}  // namespace

/// The answers to one request. Those of an HTTP request are numbered, because several threads take them off the ring.
struct Mailbox::Stream {
  std::mutex mutex;
  std::function<bool(const Frame&)> answer;
  std::uint32_t next = 0;
  std::map<std::uint32_t, Frame> early;

  /// False: that was the last.
  bool take(Frame frame) {
    const std::lock_guard lock(mutex);
    const auto at = frame.type() == FrameType::piece ? Reader(frame.payload).u32() : next;
    early.emplace(at, std::move(frame));
    while (answer && !early.empty() && early.begin()->first == next) {
      ++next;
      const Frame one = std::move(early.begin()->second);
      early.erase(early.begin());
      if (!answer(one)) answer = nullptr;
    }
    return answer != nullptr;
  }
};

Mailbox::Mailbox(SharedMemory memory, int socket)
    : memory_(std::move(memory)), writer_(memory_, Direction::to_host), reader_(memory_, Direction::to_runner), socket_(socket) {}

void Mailbox::send(std::string frame) {
  if (frame.size() > RingWriter::most_frame) {
    if (!socket_.send(frame)) give_up("the host is gone");
    return;
  }
  for (;;) {
    const auto put = writer_.put(frame);
    if (put == RingWriter::Put::done) return;
    if (put == RingWriter::Put::broken) give_up("the shared memory is damaged");
    const timespec moment{0, 50'000};
    nanosleep(&moment, nullptr);
  }
}

bool Mailbox::next(Frame& frame, Task& task) {
  const auto mark = reader_.mark();
  {
    const std::lock_guard lock(mutex_);
    if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
      return true;
    }
    if (!frames_.empty()) {
      frame = std::move(frames_.front());
      frames_.pop_front();
      return true;
    }
  }
  switch (reader_.take(frame, short_spin, 1000ms, mark)) {
    case RingReader::Got::frame: break;
    case RingReader::Got::broken: give_up("the shared memory is damaged");
    default: return false;
  }
  if (is_work(frame.type())) return true;
  if (!deliver(frame)) give_up("the host sent a frame that this runner does not know");
  return false;
}

void Mailbox::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  reader_.poke();
}

bool Mailbox::deliver(Frame& frame) {
  if (frame.type() != FrameType::result && frame.type() != FrameType::piece) return false;
  const auto number = frame.header.call;
  std::shared_ptr<Stream> stream;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = waiting_.find(number); found != waiting_.end()) {
      found->second->answer = std::move(frame);
      found->second->answered = true;
      waiting_.erase(found);
    } else if (const auto listed = streams_.find(number); listed != streams_.end()) {
      stream = listed->second;
    }
  }
  if (!stream) {
    reader_.poke();
  } else if (!stream->take(std::move(frame))) {
    const std::lock_guard lock(mutex_);
    streams_.erase(number);
  }
  return true;
}

Frame Mailbox::request(std::uint64_t number, std::string frame) {
  Waiting mine;
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, &mine);
  }
  send(std::move(frame));
  Frame other;
  for (;;) {
    const auto mark = reader_.mark();
    {
      const std::lock_guard lock(mutex_);
      if (mine.answered) return std::move(mine.answer);
    }
    const auto got = reader_.take(other, short_spin, 1000ms, mark);
    if (got == RingReader::Got::broken) give_up("the shared memory is damaged");
    if (got != RingReader::Got::frame) continue;
    if (!is_work(other.type())) {
      if (!deliver(other)) give_up("the host sent a frame that this runner does not know");
      continue;
    }
    {
      const std::lock_guard lock(mutex_);
      frames_.push_back(std::move(other));
    }
    reader_.poke();
  }
}

void Mailbox::request(std::uint64_t number, std::string frame, std::function<bool(const Frame&)> answer) {
  auto stream = std::make_shared<Stream>();
  stream->answer = std::move(answer);
  {
    const std::lock_guard lock(mutex_);
    streams_.emplace(number, std::move(stream));
  }
  send(std::move(frame));
}

bool Mailbox::receive(Frame& frame) {
  for (;;) {
    if (socket_.receive(frame, true) != FrameSocket::Got::frame) return false;
    if (is_work(frame.type())) {
      {
        const std::lock_guard lock(mutex_);
        frames_.push_back(std::move(frame));
      }
      reader_.poke();
    } else if (!deliver(frame)) {
      return true;
    }
  }
}

}  // namespace hotdesk::plugins::runner
