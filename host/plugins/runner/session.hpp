#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "plugins/runner/link.hpp"
#include "plugins/runner/requests.hpp"

namespace hotdesk::plugins::runner {

/// One process at work on one instance, from spawn to death: the calls in it, what is owed to it and what it owes. Numbers
/// of calls and requests mean this process alone. Thread: any, unless said.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Steady = std::chrono::steady_clock;
  /// Told once, unless it dies before: whether the instance was created.
  using Loaded = std::function<void(const std::shared_ptr<Session>&, const Result<>&)>;

  /// Spawns it. Supervisor's thread, which must live as long as the process should.
  static Result<std::shared_ptr<Session>> start(std::shared_ptr<const Blueprint> blueprint, Services& services,
                                                const std::string& program, Loaded loaded);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// As Endpoint::start, once it has been loaded.
  void call(const std::shared_ptr<Call>& call);
  /// Waits until no call is at work; those that are pending (will be completed later) don't count.
  bool wait_idle(std::chrono::milliseconds limit);
  /// A question with one answer (state, health), waited for. nullopt: dead or too slow.
  std::optional<Frame> question(FrameType type, const std::function<void(Writer&)>& fill, std::chrono::milliseconds limit);

  // The supervisor's alone.
  Process& process() noexcept { return *process_; }
  Link& link() noexcept { return link_; }
  /// Hears what stands in the socket.
  void read_socket();
  /// A reason to kill it: it is stuck or silent, floods, or speaks nonsense. Also pings it now and then.
  std::optional<std::string> look(const Rhythm& rhythm);
  void say_bye();
  /// Its socket is closed: it should end within a moment.
  void hang_up() noexcept { hung_up_at_ = hung_up_ ? hung_up_at_ : Steady::now(), hung_up_ = true; }
  bool hung_up() const noexcept { return hung_up_; }
  /// It is dead. What it still said is heard, then all that is owed ends with HOTDESK_E_CRASHED and this text.
  void end(const std::string& reason);
  Steady::time_point started() const noexcept { return started_; }

 private:
  struct Entry {
    std::shared_ptr<Call> call;
    bool pending = false;
  };
  Session(std::shared_ptr<const Blueprint> blueprint, Services& services, SharedMemory memory, int socket, Loaded loaded);
  void greet();
  void hear(const Frame& frame);
  void hear_answer(const Frame& frame);
  void settle(const Result<>& result);
  void read_ring();
  void cancel(std::uint64_t number);
  void send(std::string frame);
  void send_control(std::string frame);
  void accuse(std::string what);
  std::shared_ptr<Call> find(std::uint64_t number) const;
  void tell_if_idle();

  const std::shared_ptr<const Blueprint> blueprint_;
  const std::string host_version_;
  const std::uint32_t services_;
  Link link_;
  std::unique_ptr<Process> process_;
  Requests requests_;
  const Steady::time_point started_ = Steady::now();
  std::thread ring_thread_;
  std::atomic<std::uint64_t> last_{0};      ///< number given
  std::atomic<std::uint64_t> heard_{0};     ///< frames
  std::atomic<std::uint64_t> progress_{0};  ///< of these: on calls
  std::atomic<std::uint64_t> pongs_{0};
  std::atomic<bool> calls_wait_{false};     ///< the ring's reader spins a little

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  Loaded loaded_;
  std::unordered_map<std::uint64_t, Entry> calls_;
  std::unordered_map<std::uint64_t, std::promise<std::optional<Frame>>> questions_;
  std::size_t pending_ = 0;
  bool ended_ = false;
  std::string accusation_;

  // What look() saw last.
  struct Seen {
    Steady::time_point at;
    std::uint64_t value = 0;
  };
  Seen seen_heard_;
  Seen seen_progress_;
  Seen seen_pongs_;
  Steady::time_point pinged_;
  bool hung_up_ = false;
  Steady::time_point hung_up_at_;
};

}  // namespace hotdesk::plugins::runner
