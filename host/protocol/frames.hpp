#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"

namespace hotdesk::protocol {

// Frames a client sends (PROTOCOL "Frames"). `id` is echoed as `re`; empty when the client gave none.

struct Hello {
  std::int64_t ver = 0;
  std::string dev;
  std::string epoch;                          ///< of `resume`; empty without
  std::map<std::string, std::int64_t> feeds;  ///< of `resume`
  bool resume = false;
};
struct Pub {
  Uuid mid;
  Uuid conv;
  std::string kind;
  std::string body;  ///< the JSON object as it will be stored when no filter rewrites it
  std::string text;  ///< body.text for text and note
  std::optional<Uuid> target;  ///< body.mid of a recall
  std::optional<Uuid> after;
  std::optional<Uuid> reply;
  bool text_too_long = false;
};
struct Sync {
  std::string feed;  ///< "u" when the client named neither feed nor conv
  std::int64_t cur = 0;
  std::optional<Uuid> conv;
  std::optional<std::int64_t> before;
  std::optional<std::int64_t> after;
  std::int64_t max = 0;
};
struct Got {
  std::int64_t cur = 0;
};
struct Read {
  Uuid conv;
  std::int64_t seq = 0;
};
struct Typing {
  Uuid conv;
  bool on = false;
  std::string text;
};
struct Presence {
  std::string state;
  std::optional<Uuid> conv;
};
struct Ping {
  std::int64_t n = 0;
};
struct Pong {
  std::int64_t n = 0;
};
struct Bye {
  std::string why;
};
/// Known to the protocol, not offered by this server yet: watch, auth.
struct Unsupported {
  std::string t;
};

using ClientFrame = std::variant<Hello, Pub, Sync, Got, Read, Typing, Presence, Ping, Pong, Bye, Unsupported>;

struct Decoded {
  std::string id;
  ClientFrame frame;
};

/// Why a text is no frame. `fatal`: err E_BAD_FRAME and close 4203; else err and the socket stays open.
struct BadFrame {
  bool fatal = false;
  bool unknown_type = false;
  bool was_pub = false;
  std::string id;
  std::optional<Uuid> mid;
  std::string text;
};

}  // namespace hotdesk::protocol
