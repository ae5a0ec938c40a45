#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cluster/limits.hpp"
#include "cluster/presence.hpp"
#include "delivery/announcer.hpp"
#include "delivery/delivery.hpp"
#include "store/store.hpp"
#include "support/world.hpp"

namespace hotdesk::delivery {

/// A loop or pool that runs what was posted when the test says so.
class ManualExecutor final : public Executor {
 public:
  void post(std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  /// Runs one; false when there was none.
  bool step() {
    std::function<void()> task;
    {
      const std::lock_guard lock(mutex_);
      if (tasks_.empty()) return false;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    return true;
  }

 private:
  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
};

/// What a client would have received.
class RecordingSocket final : public Socket {
 public:
  explicit RecordingSocket(Executor& loop) : loop_(loop) {}
  void send(std::shared_ptr<const std::string> frame) override { frames.push_back(nlohmann::json::parse(*frame)); }
  std::size_t queued_bytes() const override { return queued; }
  void close(std::uint16_t code, std::string_view) override { closed = code; }
  void post(std::function<void()> task) override { loop_.post(std::move(task)); }

  std::vector<nlohmann::json> of(std::string_view type) const {
    std::vector<nlohmann::json> out;
    for (const auto& frame : frames)
      if (frame.at("t") == type) out.push_back(frame);
    return out;
  }
  std::vector<nlohmann::json> frames;
  std::size_t queued = 0;
  std::optional<std::uint16_t> closed;

 private:
  Executor& loop_;
};

/// Passes everything, unless told to rewrite, refuse or fail.
class ScriptedFilter final : public Filter {
 public:
  std::optional<FilterVerdict> inspect(const FilterInput& input, std::function<void(FilterVerdict)> done) override {
    ++calls;
    last_visitor = input.visitor;
    if (later) {
      waiting.push_back(std::move(done));
      return std::nullopt;
    }
    return verdict;
  }
  FilterVerdict verdict;
  bool later = false;
  std::vector<std::function<void(FilterVerdict)>> waiting;
  int calls = 0;
  Uuid last_visitor;
};

/// Sessions on the real store, without a network: sockets record, loop and pool are stepped by hand.
class SessionTest : public ::testing::Test {
 protected:
  struct Peer {
    std::shared_ptr<Session> session;
    std::unique_ptr<RecordingSocket> socket;
    nlohmann::json welcome() const { return socket->of("welcome").at(0); }
    Uuid conversation() const { return *parse_uuid(welcome().at("conv").get<std::string>()); }
  };

  void SetUp() override;
  void TearDown() override;
  void open_store();
  Peer connect(const Identity& identity, const std::string& dev, const nlohmann::json& resume = nullptr);
  Peer visitor(const Uuid& id, const std::string& dev = "dev-v", const nlohmann::json& resume = nullptr);
  Peer agent(int n, const std::string& dev = "dev-a", const nlohmann::json& resume = nullptr);
  void say(Peer& peer, const nlohmann::json& frame);
  /// A pub frame; `more` is merged in.
  nlohmann::json pub(const Uuid& conv, const std::string& text, const nlohmann::json& more = nlohmann::json::object());
  void close(Peer& peer);
  /// Commits a change and waits for it.
  conversations::Committed commit(const Uuid& conv, conversations::Actor actor, conversations::What what);
  /// Runs loop, pool and writer until nothing is left to do.
  void settle();

  support::TemporaryFolder folder_;
  support::World world_;
  FakeClock clock_{SystemClock{}.now_ms()};
  ManualExecutor loop_;
  ManualExecutor pool_;
  metrics::Registry metrics_;
  Registry registry_;
  Members members_;
  ScriptedFilter filter_;
  std::unique_ptr<cluster::RateLimits> rates_;
  std::unique_ptr<cluster::Presence> presence_;
  std::unique_ptr<store::Store> store_;
  std::optional<Services> services_;
  std::optional<Delivery> delivery_;
  protocol::Limits limits_;
};

}  // namespace hotdesk::delivery
