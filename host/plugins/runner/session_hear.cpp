// What a session hears from its process.
#include <pthread.h>

#include "plugins/runner/codec.hpp"
#include "plugins/runner/session.hpp"

namespace hotdesk::plugins::runner {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t has_ring = 1;
constexpr std::size_t most_chunk = 64 * 1024;
constexpr int most_empty_wakes = 20'000;
constexpr int short_spin = 40;  ///< rounds; some microseconds

}  // namespace

void Session::hear(const Frame& frame) {
  heard_.fetch_add(1, std::memory_order_relaxed);
  Reader in(frame.payload);
  switch (frame.type()) {
    case FrameType::answer: return hear_answer(frame);
    case FrameType::pending: {
      const std::lock_guard lock(mutex_);
      progress_.fetch_add(1, std::memory_order_relaxed);
      const auto found = calls_.find(frame.header.call);
      if (found == calls_.end() || found->second.call->over() || std::exchange(found->second.pending, true)) return;
      ++pending_;
      return tell_if_idle();
    }
    case FrameType::chunk: {
      progress_.fetch_add(1, std::memory_order_relaxed);
      const auto text = in.text(most_chunk);
      if (in.bad()) return accuse("sent a malformed chunk");
      if (const auto call = find(frame.header.call)) call->chunk(text);
      return;
    }
    case FrameType::ready: {
      const auto protocol = in.u32();
      if (protocol != protocol_version)
        return settle(fail(Errc::unsupported, "its runner speaks protocol " + std::to_string(protocol) + ", this host speaks " + std::to_string(protocol_version)));
      if ((in.u32() & has_ring) != 0) link_.use_ring();
      return;
    }
    case FrameType::loaded: return settle({});
    case FrameType::failed: {
      const auto code = in.u8() == 0 ? Errc::invalid : Errc::unsupported;
      auto text = in.text(4096);
      return settle(fail(code, text.empty() ? "failed" : std::move(text), in.text(1024)));
    }
    case FrameType::state:
    case FrameType::imported:
    case FrameType::checked: {
      const std::lock_guard lock(mutex_);
      const auto found = questions_.find(frame.header.call);
      if (found == questions_.end()) return;
      found->second.set_value(frame);
      questions_.erase(found);
      return;
    }
    case FrameType::ping: return send_control(std::move(Writer(FrameType::pong, frame.header.call)).take());
    case FrameType::pong: pongs_.fetch_add(1, std::memory_order_relaxed); return;
    case FrameType::bye: return;
    default:
      if (!requests_.handle(frame)) accuse("sent a frame that is malformed or not of this protocol");
  }
}

void Session::hear_answer(const Frame& frame) {
  progress_.fetch_add(1, std::memory_order_relaxed);
  std::shared_ptr<Call> call;
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(frame.header.call);
    if (found == calls_.end()) return;  // a stray, or of a number that never was
    if (found->second.pending) --pending_;
    call = std::move(found->second.call);
    calls_.erase(found);
    tell_if_idle();
  }
  if (call->over()) return;  // it was given up, and the runner has now let it go
  Reader in(frame.payload);
  Outcome outcome = read_outcome(in, call->ask());
  if (auto* turn = std::get_if<TurnReply>(&outcome.reply)) turn->text = call->chunks();
  call->finish(std::move(outcome));
}

void Session::settle(const Result<>& result) {
  Loaded loaded;
  {
    const std::lock_guard lock(mutex_);
    loaded = std::exchange(loaded_, nullptr);
  }
  if (loaded) loaded(shared_from_this(), result);
}

void Session::read_ring() {
  pthread_setname_np(pthread_self(), "runner-ring");
  Frame frame;
  int empty = 0;
  auto since = Steady::now();
  for (;;) {
    const auto got = link_.reader().take(frame, calls_wait_.load(std::memory_order_relaxed) ? short_spin : 0, 1000ms);
    if (got == RingReader::Got::frame) {
      hear(frame);
    } else if (got == RingReader::Got::nothing) {
      if (++empty < most_empty_wakes) continue;
      if (Steady::now() - since < 10s) accuse("wakes the host for nothing");
      empty = 0;
      since = Steady::now();
    } else if (got == RingReader::Got::broken) {
      accuse("broke the shared memory");
      // Nothing of it can be read any more; only its end is waited for.
      while (link_.reader().take(frame, 0, 1000ms) != RingReader::Got::closed) std::this_thread::sleep_for(1ms);
      return;
    } else {
      while (link_.reader().try_take(frame) == RingReader::Got::frame) hear(frame);
      return;
    }
  }
}

void Session::read_socket() {
  Frame frame;
  for (int i = 0; i < 256; ++i) {
    const auto got = link_.socket().receive(frame, false);
    if (got == FrameSocket::Got::frame) hear(frame);
    else if (got == FrameSocket::Got::broken) return accuse("sent a frame that is too large");
    else return;  // nothing; or closed, and then its end follows
  }
}

}  // namespace hotdesk::plugins::runner
