// The rings: order, wrap-around, several readers, two processes, and a peer that lies or dies.
#include "plugins/runner/ring.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

namespace hotdesk::plugins::runner {
namespace {

using namespace std::chrono_literals;

std::string frame_of(std::uint64_t call, std::size_t size) {
  return std::move(Writer(FrameType::ask, call).text(std::string(size, static_cast<char>('a' + call % 26)))).take();
}
bool is_frame_of(const Frame& frame, std::uint64_t call, std::size_t size) {
  Reader in(frame.payload);
  return frame.header.call == call && in.bytes(1 << 20) == std::string(size, static_cast<char>('a' + call % 26)) && !in.bad();
}
std::size_t size_of(std::uint64_t n) { return n * 7919 % 3000; }

/// Both ends in this process, by two mappings as two processes have them.
struct Ends {
  SharedMemory ours = SharedMemory::make().value();
  SharedMemory theirs = SharedMemory::open(dup(ours.fd())).value();
  RingWriter writer{ours, Direction::to_runner};
  RingReader reader{theirs, Direction::to_runner};
};

TEST(RunnerRing, KeepsOrderOverManyWraps) {
  Ends ends;
  Frame frame;
  EXPECT_EQ(ends.reader.try_take(frame), RingReader::Got::nothing);
  std::uint64_t bytes = 0;
  for (std::uint64_t n = 1; n <= 2000; ++n) {
    const auto sent = frame_of(n, size_of(n));
    bytes += sent.size();
    ASSERT_EQ(ends.writer.put(sent), RingWriter::Put::done);
    ASSERT_EQ(ends.reader.try_take(frame), RingReader::Got::frame);
    ASSERT_TRUE(is_frame_of(frame, n, size_of(n))) << n;
  }
  EXPECT_GT(bytes, 8 * SharedMemory::ring_bytes);
}

TEST(RunnerRing, SaysWhenItIsFullAndTakesMoreAfterARead) {
  Ends ends;
  const auto one = frame_of(1, 1000);
  std::size_t fitted = 0;
  while (ends.writer.put(one) == RingWriter::Put::done) ++fitted;
  EXPECT_EQ(fitted, SharedMemory::ring_bytes / ((one.size() + 7) / 8 * 8));
  EXPECT_EQ(ends.writer.put(one), RingWriter::Put::full);
  Frame frame;
  ASSERT_EQ(ends.reader.try_take(frame), RingReader::Got::frame);
  EXPECT_EQ(ends.writer.put(one), RingWriter::Put::done);
  EXPECT_EQ(ends.writer.put(frame_of(1, RingWriter::most_frame)), RingWriter::Put::full) << "larger ones go over the socket";
}

TEST(RunnerRing, EachFrameGoesToOneOfSeveralReaders) {
  Ends ends;
  constexpr std::uint64_t frames = 20'000;
  std::mutex mutex;
  std::multiset<std::uint64_t> seen;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      Frame frame;
      for (;;) {
        const auto got = ends.reader.take(frame, 10, 100ms);
        if (got == RingReader::Got::closed) return;
        if (got != RingReader::Got::frame) continue;
        const std::lock_guard lock(mutex);
        seen.insert(frame.header.call);
      }
    });
  for (std::uint64_t n = 1; n <= frames;) {
    if (ends.writer.put(frame_of(n, 8)) == RingWriter::Put::done) ++n;
    else std::this_thread::yield();
  }
  for (;;) {
    const std::lock_guard lock(mutex);
    if (seen.size() >= frames) break;
  }
  ends.reader.close();
  for (auto& one : readers) one.join();
  EXPECT_EQ(seen.size(), frames);
  EXPECT_EQ(std::set<std::uint64_t>(seen.begin(), seen.end()).size(), frames);
}

TEST(RunnerRing, CloseWakesASleeper) {
  Ends ends;
  std::thread sleeper([&] {
    Frame frame;
    while (ends.reader.take(frame, 0, 10s) != RingReader::Got::closed) {
    }
  });
  ends.reader.close();
  sleeper.join();
}

TEST(RunnerRing, TwoProcessesAnswerEachOther) {
  auto memory = SharedMemory::make().value();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto mine = SharedMemory::open(dup(memory.fd())).value();
    RingReader in(mine, Direction::to_runner);
    RingWriter out(mine, Direction::to_host);
    Frame frame;
    for (;;) {
      if (in.take(frame, 100, 1000ms) != RingReader::Got::frame) continue;
      if (frame.type() == FrameType::bye) _exit(0);
      out.put(std::move(Writer(FrameType::answer, frame.header.call).u64(frame.header.call * 2)).take());
    }
  }
  RingWriter out(memory, Direction::to_runner);
  RingReader in(memory, Direction::to_host);
  Frame frame;
  for (std::uint64_t n = 1; n <= 5000; ++n) {
    ASSERT_EQ(out.put(frame_of(n, size_of(n))), RingWriter::Put::done);
    RingReader::Got got;
    while ((got = in.take(frame, 100, 1000ms)) == RingReader::Got::nothing) {
    }
    ASSERT_EQ(got, RingReader::Got::frame);
    ASSERT_EQ(Reader(frame.payload).u64(), n * 2);
  }
  out.put(std::move(Writer(FrameType::bye)).take());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(RunnerRing, APeerThatIsKilledInTheMiddleLeavesTheOtherSideWell) {
  auto memory = SharedMemory::make().value();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto mine = SharedMemory::open(dup(memory.fd())).value();
    RingWriter out(mine, Direction::to_host);
    for (std::uint64_t n = 1;; ++n)
      while (out.put(frame_of(n, size_of(n))) != RingWriter::Put::done) {
      }
  }
  RingReader in(memory, Direction::to_host);
  Frame frame;
  std::uint64_t n = 0;
  while (n < 1000) {
    if (in.take(frame, 100, 1000ms) != RingReader::Got::frame) continue;
    ++n;
    ASSERT_EQ(frame.header.call, n);
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  RingReader::Got got;
  while ((got = in.try_take(frame)) == RingReader::Got::frame) {
    ++n;
    ASSERT_TRUE(is_frame_of(frame, n, size_of(n)));
  }
  EXPECT_EQ(got, RingReader::Got::nothing) << "what was not published does not exist";
}

/// Writes into the control page or the data as a hostile peer would.
class Hostile {
 public:
  explicit Hostile(const SharedMemory& memory) {
    base_ = static_cast<char*>(mmap(nullptr, 4096 + 65536, PROT_READ | PROT_WRITE, MAP_SHARED, memory.fd(), 0));
  }
  RingControl& ring(Direction direction) { return reinterpret_cast<RingControl*>(base_ + 64)[static_cast<int>(direction)]; }
  char* data() { return base_ + 4096; }

 private:
  char* base_;
};

TEST(RunnerRing, RefusesCountersThatCannotBe) {
  Ends ends;
  Hostile hostile(ends.ours);
  auto& ring = hostile.ring(Direction::to_runner);
  Frame frame;
  ring.written = 8;  // less than a header
  EXPECT_EQ(ends.reader.try_take(frame), RingReader::Got::broken);
  ring.written = 1ULL << 60;
  EXPECT_EQ(ends.reader.try_take(frame), RingReader::Got::broken);
  ring.read = 1ULL << 60;
  EXPECT_EQ(ends.writer.put(frame_of(1, 1)), RingWriter::Put::broken);
}

TEST(RunnerRing, RefusesAFrameThatIsLongerThanWhatWasWritten) {
  Ends ends;
  Hostile hostile(ends.ours);
  ASSERT_EQ(ends.writer.put(frame_of(1, 100)), RingWriter::Put::done);
  const std::uint32_t size = 5000;
  std::memcpy(hostile.data(), &size, sizeof size);
  Frame frame;
  EXPECT_EQ(ends.reader.try_take(frame), RingReader::Got::broken);
  const std::uint32_t huge = 0xFFFF'FFF0;
  std::memcpy(hostile.data(), &huge, sizeof huge);
  EXPECT_EQ(ends.reader.try_take(frame), RingReader::Got::broken);
}

TEST(RunnerRing, ThePeerCannotTakePagesAway) {
  auto memory = SharedMemory::make().value();
  EXPECT_NE(ftruncate(memory.fd(), 0), 0);
  const int plain = memfd_create("plain", 0);
  ASSERT_EQ(ftruncate(plain, 4096 + 2 * SharedMemory::ring_bytes), 0);
  EXPECT_FALSE(SharedMemory::open(plain)) << "one without seals is refused";
}

}  // namespace
}  // namespace hotdesk::plugins::runner
