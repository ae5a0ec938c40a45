#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "bench/load.hpp"
#include "bench/samples.hpp"
#include "net/loops.hpp"
#include "support/chat_client.hpp"
#include "support/server_process.hpp"
#include "support/world.hpp"

namespace hotdesk::bench {

/// Clients on loops of this process; each connects from one of several loopback addresses.
class Clients {
 public:
  explicit Clients(std::size_t loops) : loops_(loops, "load") {}
  ~Clients() { loops_.stop(); }
  std::shared_ptr<support::ChatClient> add(std::uint16_t port, std::function<tenants::ConnectSet()> mint);
  /// Starts what is not started yet, a few at a time, and waits until all are live. Throws at the deadline.
  void start_all();
  bool all(const std::function<bool(support::ChatClient&)>& holds);
  void wait(const char* what, const std::function<bool()>& done, int seconds = 120);
  const std::vector<std::shared_ptr<support::ChatClient>>& list() const { return clients_; }
  net::Loops& loops() { return loops_; }

 private:
  net::Loops loops_;
  net::WsConnector connector_{loops_, "", true};
  std::vector<std::shared_ptr<support::ChatClient>> clients_;
  std::size_t started_ = 0;
};

Json run_messages(const LoadOptions& options);
Json run_idle(const LoadOptions& options);
Json run_storm(const LoadOptions& options);

/// No rates, no bounds by address: what a load test is exempt from.
extern const char* const load_config;
/// CPU of this process, microseconds.
std::int64_t own_cpu_us();

}  // namespace hotdesk::bench
