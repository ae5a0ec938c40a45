#pragma once
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/id.hpp"
#include "net/loops.hpp"
#include "net/ws_client.hpp"
#include "support/chat_feed.hpp"
#include "support/history.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::support {

struct ChatOptions {
  std::size_t loop = 0;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string local_address;
  std::string user;  ///< name in the history; filled from `welcome`
  std::string dev;
  std::function<tenants::ConnectSet()> mint;  ///< a fresh signed set
  History* history = nullptr;
  std::int64_t retry_ms = 100;  ///< back-off: full jitter up to this
  std::size_t window = 16;
};

/// One device speaking hotdesk.v1 as PROTOCOL tells a client to: persistent outbox (in memory), resume, gap repair, resend with
/// the same mid. Everything happens on its loop; the public calls may come from any thread.
class ChatClient : public std::enable_shared_from_this<ChatClient> {
 public:
  struct Acked {
    Uuid mid;
    std::int64_t seq = 0;
    bool dup = false;
    std::int64_t sent_us = 0;   ///< of the first send
    std::int64_t acked_us = 0;
  };
  ChatClient(net::Loops& loops, net::WsConnector& connector, ChatOptions options);

  // Set before start(); called on the loop.
  std::function<void()> on_live;
  std::function<void(const Json& entry)> on_entry;
  std::function<void(const Acked&)> on_acked;
  std::function<void(const std::string& code, const Uuid& mid)> on_refused;
  std::function<void(std::uint16_t code)> on_closed;
  std::function<void(const Json& frame)> on_frame;

  void start();
  /// Ends the socket and never connects again.
  void stop();
  /// Cuts the socket without a word; reconnects by itself.
  void cut();
  /// Appends to the outbox. `conv` nil: the visitor's own. `stamp_us`: when it was due (open loop), 0: now.
  void send(const Uuid& conv, std::string text, std::int64_t stamp_us = 0);
  void send_raw(std::string frame);
  void mark_read(const Uuid& conv, std::int64_t seq);
  void set_port(std::uint16_t port);

  // On the loop only.
  bool live() const noexcept { return live_; }
  std::size_t unanswered() const noexcept { return outbox_.size(); }
  const std::optional<Uuid>& conversation() const noexcept { return conversation_; }
  const std::string& user() const noexcept { return options_.user; }
  std::int64_t cursor() const;
  /// Live, and its feed read at least as far as the head that the last `welcome` told.
  bool caught_up() const { return live_ && cursor() >= head_; }
  std::size_t loop() const noexcept { return options_.loop; }
  net::Loops& loops() noexcept { return loops_; }

 private:
  struct Handler;
  struct Item {
    Uuid mid;
    Uuid conv;
    std::string text;
    bool sent = false;
    std::int64_t first_us = 0;
  };
  void connect();
  void retry();
  void opened(net::WebSocket& socket);
  void received(std::string_view text);
  void closed(std::uint16_t code);
  void welcome(const Json& frame);
  void acked(const Json& frame);
  void refused(const Json& frame);
  void entry(const std::string& feed, const Json& entry);
  void apply(const std::string& feed, const Json& entry);
  void sync(const std::string& feed);
  void flush();
  void log(std::string_view event, const Json& fields);

  net::Loops& loops_;
  net::WsConnector& connector_;
  ChatOptions options_;
  std::shared_ptr<net::WebSocket> socket_;
  boost::asio::steady_timer timer_;
  bool stopped_ = false;
  bool live_ = false;
  bool connecting_ = false;
  std::string rt_;
  std::string epoch_;
  std::optional<Uuid> conversation_;
  std::map<std::string, ChatFeed> feeds_;
  std::map<std::string, std::string> syncs_;  ///< id → feed
  std::deque<Item> outbox_;
  std::int64_t ids_ = 0;
  std::int64_t head_ = 0;
};

}  // namespace hotdesk::support
