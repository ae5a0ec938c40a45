#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "conversations/change.hpp"

namespace hotdesk::delivery {

/// Group commit: an item's completion is called once, on the writer's thread, after its batch is durable (or failed).
/// When all completions of a batch have run, `flushed` (set once at wiring) is called, so that pushes go out a batch at a
/// time. Sealing happens inside submit(), on the caller's thread. Items keep the order of submission. Thread: any.
class Commit {
 public:
  using Completion = std::function<void(const conversations::Change&, conversations::Committed&&)>;
  virtual ~Commit() = default;
  virtual void submit(conversations::Change change, Completion done) = 0;
  virtual void on_flushed(std::function<void()> flushed) = 0;
};

/// A feed by its owner: a user's `u` or a department's `q:<id>`.
struct FeedName {
  Uuid owner;
  bool department = false;
  friend auto operator<=>(const FeedName&, const FeedName&) = default;
};

struct FeedPage {
  std::vector<conversations::Entry> items;  ///< ascending
  std::int64_t next = 0;                    ///< the last cur returned, else what was asked
  bool more = false;
  std::int64_t head = 0;
  std::int64_t oldest = 0;                  ///< cursors below this cannot be resumed (retention); 0: all kept
};

struct ConversationPage {
  std::vector<conversations::Entry> items;  ///< ascending by seq; no cur, prev
  std::int64_t next = 0;                    ///< seq farthest from where it was asked
  bool more = false;
  std::int64_t head = 0;                    ///< last seq visible to the reader
};

/// What `hello` needs to know of the user, in one read.
struct Position {
  bool known = false;  ///< false: a visitor without a row: gen 0, active, heads 0
  bool active = true;
  bool site_active = true;
  std::int64_t gen = 0;
  tenants::Role role = tenants::Role::visitor;
  std::string name;
  std::string state;               ///< an agent's chosen presence state
  std::vector<Uuid> departments;
  std::vector<std::pair<FeedName, std::int64_t>> heads;
  std::optional<Uuid> conversation;  ///< a visitor's current one (derived when no row exists yet)
  std::string epoch;               ///< store's + tenant's
};

/// A committed mid, as the lookup before any `err` on a pub finds it.
struct FoundMid {
  Uuid sender;
  std::int64_t seq = 0;
  std::int64_t ts = 0;
  std::string mac;
  std::string body;
};

/// Reads of the message log. Every call blocks; Errc::storage when the store cannot answer.
class MessageLog {
 public:
  virtual ~MessageLog() = default;
  /// For a visitor `site` is the site connected through; `window_ms` is the reopen window.
  virtual Result<Position> load_position(const Uuid& tenant, const Uuid& user, tenants::Role role, const Uuid& site,
                                         std::int64_t now) = 0;
  /// Entries with cur > `cur`, at most `max`. Bodies unsealed.
  virtual Result<FeedPage> read_feed(const Uuid& tenant, const FeedName& feed, std::int64_t cur, int max) = 0;
  /// A page before `before` (exclusive; 0: from the end) or after `after`; notes only when `staff`.
  virtual Result<ConversationPage> read_conversation(const Uuid& tenant, const Uuid& conversation, std::optional<std::int64_t> before,
                                                     std::optional<std::int64_t> after, int max, bool staff) = 0;
  virtual Result<std::optional<FoundMid>> find_mid(const Uuid& tenant, const Uuid& conversation, const Uuid& mid) = 0;
  /// Whether the user may read it: a member, or staff of the tenant.
  virtual Result<bool> is_member(const Uuid& tenant, const Uuid& conversation, const Uuid& user) = 0;
  /// Heads in the order asked; 0 for an unknown feed.
  virtual Result<std::vector<std::int64_t>> heads(const Uuid& tenant, const std::vector<FeedName>& feeds) = 0;
};

/// What a filter sees. Views live until the answer is given.
struct FilterInput {
  Uuid tenant;
  Uuid conversation;
  Uuid visitor;  ///< chooses the version (gray selection)
  tenants::Role role = tenants::Role::visitor;
  bool draft = false;  ///< typing preview, not a message
  std::string_view kind;
  std::string_view text;
  std::string_view language;
  std::string_view origin;  ///< the plugin that wrote it: its own filter is not asked; empty: a person
};
struct FilterVerdict {
  enum class Kind : std::uint8_t { pass, rewrite, refuse, failed } kind = Kind::pass;
  std::string text;    ///< rewrite: the new text
  std::string reason;  ///< refuse: for the sender; failed: for the log
  std::string seen_by;  ///< "id@version,…" of every filter that ran
};
/// The chain of filter plugins. Answers at once, or returns nullopt and calls `done` once later, on any thread.
class Filter {
 public:
  virtual ~Filter() = default;
  virtual std::optional<FilterVerdict> inspect(const FilterInput& input, std::function<void(FilterVerdict)> done) = 0;
};

/// The transport below a session: one WebSocket. Named by what delivery needs of it; net gives it.
class Socket {
 public:
  virtual ~Socket() = default;
  /// Queues a text frame (encoded once, shared by many sockets). Thread: the socket's loop.
  virtual void send(std::shared_ptr<const std::string> frame) = 0;
  /// Bytes handed over and not yet written to the kernel.
  virtual std::size_t queued_bytes() const = 0;
  /// Writes what is queued, then closes with `code` (RFC 6455 §7.4).
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// Runs `task` on the socket's loop, also after the socket died. Thread: any.
  virtual void post(std::function<void()> task) = 0;
};

}  // namespace hotdesk::delivery
