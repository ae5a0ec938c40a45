#pragma once
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "conversations/ports.hpp"
#include "delivery/services.hpp"
#include "delivery/session.hpp"

namespace hotdesk::delivery {

/// Turns commits into pushes: the implementation of Timeline. The commit's completions run on the writer's thread; they
/// only sort entries by loop, and one task a loop and batch does the rest.
class Delivery final : public conversations::Timeline {
 public:
  /// Told of every commit that changed a conversation (routing listens). Runs on the writer's thread; must not block.
  using Listener = std::function<void(const conversations::Change&, const conversations::Committed&)>;

  Delivery(Commit& commit, const Services& services, Listener listener);

  void commit(conversations::Change change, Done done) override;
  /// A pub of a socket: answered on it.
  void publish(conversations::Change change, PubContext context, std::shared_ptr<Session> origin);

  /// Closes every socket of a user: 4100 after log-out or password change, 4200 after a ban.
  void close_user(const Uuid& user, std::uint16_t code, std::string_view why);
  /// Closes a site's visitors: 4201 after it was switched off.
  void close_site(const Uuid& site, std::uint16_t code, std::string_view why);
  /// Sends an ephemeral frame to the followers of a feed, except one user's sockets.
  void tell(const FeedName& feed, std::shared_ptr<const std::string> frame, const Uuid& except = {});
  /// Tells every client to leave within `spread_ms` and come back elsewhere (or here, after a restart).
  void drain(std::int64_t spread_ms);
  void close_all(std::uint16_t code, std::string_view why);

  /// About once a second, on any thread: heartbeats of all sessions and the sweep that compares what was sent with the heads.
  void tick();

  /// For `/metrics`: a pub's way from the socket to its ack, and every `err` by code. Thread: any.
  void observe_ack(std::int64_t ms) noexcept { ack_seconds_.observe(static_cast<double>(ms) / 1e3); }
  void count_err(protocol::ErrorCode code) noexcept { errs_[static_cast<std::size_t>(code)]->add(); }

 private:
  struct Task {
    std::shared_ptr<Session> session;
    FeedName feed;
    std::shared_ptr<const conversations::Entry> entry;
    std::shared_ptr<const conversations::Committed> committed;  ///< set: answer a pub
    PubContext pub;
  };
  void completed(const conversations::Change& change, const conversations::Committed& committed, const PubContext* pub,
                 const std::shared_ptr<Session>& origin);
  void flush();
  void sweep(std::vector<std::shared_ptr<Session>> sessions);

  Commit& commit_;
  const Services& services_;
  Listener listener_;
  std::unordered_map<Executor*, std::vector<Task>> outgoing_;  ///< writer's thread only
  metrics::Counter& pushed_;
  metrics::Counter& committed_;
  metrics::Histogram& ack_seconds_;
  std::vector<metrics::Counter*> errs_;  ///< by ErrorCode
};

}  // namespace hotdesk::delivery
