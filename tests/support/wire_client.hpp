#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/json.hpp"
#include "net/loops.hpp"
#include "net/ws_client.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::support {

/// A WebSocket driven by hand, for saying wrong things: no state machine, every wait has a deadline (10 s) and throws past it.
class WireClient {
 public:
  struct Outcome {
    bool open = false;
    int status = 0;        ///< of the refusal
    std::string detail;
    std::optional<std::string> retry_after;
  };
  WireClient();
  ~WireClient();

  Outcome connect(std::uint16_t port, const std::string& target, std::vector<std::string> subprotocols, net::Headers headers = {});
  Outcome connect(std::uint16_t port, const tenants::ConnectSet& set, net::Headers headers = {});
  Outcome resume(std::uint16_t port, const std::string& rt);
  void send(std::string frame);
  void send_json(const Json& frame);
  void send_binary(std::string bytes);
  /// hello, and the welcome that answers it.
  Json hello(const std::string& dev = "wire");
  /// The next frame of this type; others before it are dropped.
  Json next(const std::string& type);
  Json next_of(const std::set<std::string>& types);
  /// Sends a pub and returns its ack or err.
  Json answer_to(const Json& pub);
  std::uint16_t wait_for_close();
  bool closed();
  void close();

 private:
  struct Handler;
  struct State;
  net::Loops loops_;
  net::WsConnector connector_;
  std::shared_ptr<State> state_;
};

std::string connect_target(const tenants::ConnectSet& set);

}  // namespace hotdesk::support
