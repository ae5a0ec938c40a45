#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "protocol/codes.hpp"

namespace hotdesk::protocol {

// Frames the server sends. Texts must be UTF-8; bodies are JSON objects already. Each returns one text frame.

struct From {
  std::string_view role;
  Uuid id;
  std::string_view name;
};
/// One entry of a feed or of a conversation's page. cur 0: watched or of a page, then cur and prev are left out.
struct EntryView {
  std::string_view feed;  ///< empty: u
  std::int64_t cur = 0;
  std::int64_t prev = 0;
  Uuid conv;
  std::int64_t seq = 0;  ///< 0: left out
  std::string_view kind;
  From from;
  std::optional<Uuid> mid;
  std::optional<Uuid> reply;
  bool recalled = false;
  std::string_view body;
  std::int64_t ts = 0;
};
std::string encode_evt(const EntryView& entry);

struct FeedState {
  std::int64_t cur = 0;
  std::int64_t head = 0;
  bool resumed = false;
};
struct WelcomeView {
  std::string_view re, sid, rt, epoch;
  Uuid user;
  std::map<std::string, FeedState> feeds;
  std::optional<Uuid> conv;
  std::int64_t now = 0;
  std::int64_t rate = 0;
};
std::string encode_welcome(const WelcomeView& welcome, const Limits& limits);

struct AckView {
  std::string_view re;
  Uuid mid;
  Uuid conv;
  std::int64_t seq = 0;
  std::int64_t ts = 0;
  bool dup = false;
  std::int64_t cur = 0;  ///< 0: left out, with prev
  std::int64_t prev = 0;
  std::string_view body;  ///< empty: left out
};
std::string encode_ack(const AckView& ack);

/// `items` are encoded entries (encode_evt's fields without `t`).
std::string encode_page(std::string_view re, const std::vector<EntryView>& items, std::int64_t next, bool more, std::int64_t head);

struct ErrView {
  std::string_view re;
  std::optional<Uuid> mid;
  ErrorCode code = ErrorCode::busy;
  std::string_view msg;
  std::int64_t retry = 0;  ///< ms, 0: left out
  std::optional<Uuid> next;
  std::int64_t now = 0;  ///< 0: left out
};
std::string encode_err(const ErrView& err);

std::string encode_typing(const Uuid& conv, bool on, std::string_view text, const From& from);
/// A piece of an answer that a machine writes: to be appended to what came before of the same mid.
std::string encode_delta(const Uuid& conv, const Uuid& mid, std::string_view text, bool done);
std::string encode_presence(const std::optional<Uuid>& user, const std::optional<Uuid>& conv, std::string_view state);
std::string encode_ping(std::int64_t n);
std::string encode_pong(std::string_view re, std::int64_t n, const std::map<std::string, std::int64_t>& heads, std::int64_t now);
std::string encode_lag(std::string_view feed, std::int64_t head);
std::string encode_drain(std::int64_t in_ms, std::int64_t spread_ms);
std::string encode_bye(std::string_view why);

}  // namespace hotdesk::protocol
