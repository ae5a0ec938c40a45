#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "net/loops.hpp"
#include "support/chat_client.hpp"
#include "support/world.hpp"

namespace hotdesk::system {

struct CrowdOptions {
  int visitors = 10;
  int outstanding = 3;      ///< of each visitor while talking
  std::string words = "hello";  ///< part of every message
  bool agents_answer = true;
};

/// Visitors and agents who talk as fast as they are answered, until told to stop.
class Crowd {
 public:
  Crowd(const support::World& world, std::uint16_t port, support::History& history, CrowdOptions options);
  ~Crowd();

  /// Everybody connects; the agents first. Throws when they don't within half a minute.
  void start();
  /// The server has another port now.
  void move_to(std::uint16_t port);
  /// No new messages; waits until every outbox is empty, then everybody reconnects and catches up. Throws at the deadline.
  void finish();
  std::int64_t acked() const noexcept { return acked_; }
  std::int64_t closed() const noexcept { return closed_; }  ///< sockets that ended while talking
  std::int64_t refused() const noexcept { return refused_; }
  /// Waits until `more` further acks came. Throws at the deadline.
  void wait_for_acks(std::int64_t more);

 private:
  std::shared_ptr<support::ChatClient> add(std::size_t n, std::function<tenants::ConnectSet()> mint);
  void talk(const std::shared_ptr<support::ChatClient>& visitor);
  /// Whether `holds` for every client, asked on its loop.
  bool all(const std::function<bool(support::ChatClient&)>& holds);
  void wait(const char* what, const std::function<bool()>& done, int seconds = 60);

  const support::World& world_;
  CrowdOptions options_;
  support::History& history_;
  std::uint16_t port_;
  net::Loops loops_{1, "crowd"};
  net::WsConnector connector_{loops_, "", true};
  std::vector<std::shared_ptr<support::ChatClient>> agents_;
  std::vector<std::shared_ptr<support::ChatClient>> visitors_;
  std::atomic<bool> talking_{true};
  std::atomic<std::int64_t> acked_{0};
  std::atomic<std::int64_t> closed_{0};
  std::atomic<std::int64_t> refused_{0};
  std::atomic<std::int64_t> words_{0};
};

}  // namespace hotdesk::system
