#pragma once
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.hpp"
#include "delivery/feed_position.hpp"
#include "delivery/identity.hpp"
#include "delivery/services.hpp"
#include "protocol/encode.hpp"
#include "protocol/frames.hpp"

namespace hotdesk::delivery {

/// A pub on its way through the commit: what its answer needs.
struct PubContext {
  std::string re;
  Uuid mid;
  Uuid conv;
  bool rewritten = false;
  std::int64_t since = 0;  ///< steady milliseconds when it was read from the socket
};

/// One socket speaking hotdesk.v1: hello, feeds, pubs, marks, heartbeat. Knows no transport but `Socket`.
/// Every method runs on the socket's loop. The session lives on while a read or a commit of its own is under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Delivery& delivery, const Services& services, Identity identity, Executor& loop);
  ~Session();

  void on_open(Socket& socket);
  void on_text(std::string_view text);
  void on_binary();
  void on_closed();
  /// About once a second: heartbeat, expiry, coalesced receipts, repair.
  void tick(std::int64_t steady_ms);

  /// A committed entry of a feed that this socket follows.
  void deliver(const FeedName& feed, const std::shared_ptr<const conversations::Entry>& entry);
  /// The commit's answer to a pub of this socket; `entry` is its own feed entry.
  void answer(const PubContext& pub, const conversations::Committed& committed, const std::shared_ptr<const conversations::Entry>& entry);
  /// An ephemeral frame: dropped where the reader is slow.
  void send_ephemeral(const std::shared_ptr<const std::string>& frame);
  /// The log's head of a feed, from a sweep.
  void note_head(const FeedName& feed, std::int64_t head);
  void close(std::uint16_t code, std::string_view why);
  void drain(std::int64_t in_ms, std::int64_t spread_ms);

  const Identity& identity() const noexcept { return identity_; }
  const std::string& dev() const noexcept { return dev_; }
  Executor& loop() const noexcept { return loop_; }
  /// Fixed once `connected` was told to presence.
  const std::vector<Uuid>& departments() const noexcept { return departments_; }
  const std::optional<Uuid>& conversation() const noexcept { return conversation_; }
  /// The chosen state as this socket last knew it.
  const std::string& presence_state() const noexcept { return presence_state_; }
  bool live() const noexcept { return state_ == State::live; }
  /// The feeds followed, for the sweep.
  std::vector<FeedName> feeds() const;
  bool sweep_due(std::int64_t steady_ms) const noexcept { return state_ == State::live && steady_ms >= next_sweep_; }
  void swept(std::int64_t steady_ms) noexcept;

 private:
  enum class State : std::uint8_t { opening, loading, live, closed };
  struct Feed {
    FeedName name;
    std::string wire;  ///< "u" or "q:<id>"
    FeedPosition at;
    std::vector<std::shared_ptr<const conversations::Entry>> held;
    int pulls = 0;  ///< in a row without becoming live
  };
  struct QueuedPub {
    std::string id;
    protocol::Pub pub;
    std::int64_t since = 0;
  };

  // session.cpp
  void dispatch(std::string_view text);
  void send(std::string frame);
  void send_err(const protocol::ErrView& err);
  Feed* find_feed(std::string_view wire);
  Feed* find_feed(const FeedName& name);

  // session_hello.cpp
  void on_hello(const std::string& id, protocol::Hello hello);
  void welcome(const std::string& id, const protocol::Hello& hello, const Position& position);
  bool supersede();

  // session_pub.cpp
  void on_pub(const std::string& id, protocol::Pub pub);
  void advance_pubs();
  bool filter_front();
  void filtered(QueuedPub item, FilterVerdict verdict);
  void commit(QueuedPub item, const FilterVerdict& verdict);
  void refuse_pub(const std::string& id, const protocol::Pub& pub, protocol::ErrorCode code, std::string text, std::int64_t retry = 0);

  // session_feeds.cpp
  void push(Feed& feed, const conversations::Entry& entry);
  void pull(Feed& feed);
  void pulled(const FeedName& name, Result<FeedPage> page);
  void on_sync(const std::string& id, const protocol::Sync& sync);
  void sync_feed(const std::string& id, const protocol::Sync& sync);
  void sync_conversation(const std::string& id, const protocol::Sync& sync);
  bool is_slow() const;

  // session_marks.cpp
  void on_got(const protocol::Got& got);
  void on_read(const protocol::Read& read);
  void on_typing(const protocol::Typing& typing);
  void on_presence(const std::string& id, const protocol::Presence& presence);
  void on_ping(const std::string& id, const protocol::Ping& ping);
  void flush_got(std::int64_t steady_ms);

  conversations::Actor actor() const;
  std::string content_mac(const protocol::Pub& pub) const;

  Delivery& delivery_;
  const Services& services_;
  Executor& loop_;
  Identity identity_;
  Socket* socket_ = nullptr;
  std::atomic<State> state_ = State::opening;  ///< written on the loop, looked at by the sweep
  bool follows_own_ = false;  ///< registered for `u`
  bool counted_ = false;      ///< counted in presence
  std::string dev_;
  std::string presence_state_;
  std::optional<Uuid> conversation_;  ///< a visitor's, as `welcome` gave it
  std::vector<Feed> feeds_;
  std::vector<Uuid> departments_;  ///< fixed at `welcome`; the sweep reads it from other threads
  std::vector<std::string> early_;  ///< frames that came before `welcome`
  std::deque<QueuedPub> pubs_;      ///< in order of arrival, waiting for a filter's answer
  bool filtering_ = false;
  int unanswered_ = 0;
  int syncs_ = 0;
  std::int64_t opened_at_ = 0;
  std::int64_t last_in_ = 0;
  std::int64_t last_out_ = 0;
  std::int64_t ping_after_ = 0;
  std::atomic<std::int64_t> next_sweep_ = 0;
  std::int64_t got_sent_at_ = 0;
  std::int64_t got_ = 0;
  std::int64_t got_sent_ = 0;
  std::int64_t pings_ = 0;
  std::map<Uuid, std::int64_t> typed_at_;
};

}  // namespace hotdesk::delivery
