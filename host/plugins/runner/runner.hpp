#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "plugins/lanes/runner_lane.hpp"
#include "plugins/runner/session.hpp"

namespace hotdesk::plugins::runner {

/// One instance and the processes that it has been in: starts one, starts another after a crash, gives up when that goes on.
/// Thread: any, unless said.
class Runner : public std::enable_shared_from_this<Runner> {
 public:
  using Steady = std::chrono::steady_clock;
  using OnEvent = std::function<void(const RunnerEvent&)>;
  Runner(std::shared_ptr<const Blueprint> blueprint, Services& services, std::string program, Rhythm rhythm, OnEvent on_event);

  // As Endpoint's.
  void start(std::shared_ptr<Call> call);
  bool pause(std::chrono::milliseconds limit);
  void resume();
  Result<std::string> export_state(std::uint32_t target_schema);
  Result<> import_state(std::uint32_t schema, std::string_view blob, bool dry_run);
  hotdesk_result check(std::int32_t level);

  /// Waits for what the first start came to. It is not started again after that failed.
  Result<> wait_loaded();
  RunnerStatus status() const;
  const Blueprint& blueprint() const noexcept { return *blueprint_; }

  // The supervisor's alone.
  /// Spawns when it is time to, kills what must be killed. The time by which it wants to be called again.
  Steady::time_point step(Steady::time_point now);
  /// The process that there is, if any.
  const std::shared_ptr<Session>& session() const noexcept { return session_; }
  void died(const Death& death);
  /// The endpoint is gone: the process is asked to end, and killed if it doesn't.
  void begin_end();
  /// Nothing is left of it.
  bool ended() const noexcept { return ending_ && !session_; }

 private:
  enum class State : std::uint8_t { starting, running, backoff, stopped };
  void spawn(Steady::time_point now);
  void loaded(const std::shared_ptr<Session>& session, const Result<>& result);
  void kill(std::string reason);
  void tell(RunnerEvent::Kind kind, int pid, std::string reason);
  std::shared_ptr<Session> running() const;

  const std::shared_ptr<const Blueprint> blueprint_;
  Services& services_;
  const std::string program_;
  const Rhythm rhythm_;
  const OnEvent on_event_;

  // The supervisor's own.
  std::shared_ptr<Session> session_;
  std::optional<std::string> killed_for_;
  Steady::time_point due_{};  ///< of the next start, or of the end
  bool ending_ = false;

  mutable std::mutex mutex_;
  std::condition_variable settled_;
  State state_ = State::starting;
  std::optional<Result<>> first_;
  std::shared_ptr<Session> ready_;  ///< loaded, takes calls
  bool paused_ = false;
  std::deque<std::shared_ptr<Call>> held_;
  std::deque<Steady::time_point> crashes_;
  std::chrono::milliseconds delay_{0};
  int restarts_ = 0;
  int pid_ = 0;
  std::string last_crash_;
};

}  // namespace hotdesk::plugins::runner
