#pragma once
#include <cstdint>
#include <string_view>

namespace hotdesk::protocol {

/// Codes of `err`. The first group is not terminal: the client sends the same `mid` again.
enum class ErrorCode : std::uint8_t {
  busy, store, rate, order, window, expired,
  bad_frame, unknown_type, forbidden, conv_closed, blocked, rejected, too_big, mid_reuse, version,
};

constexpr std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::busy: return "E_BUSY";
    case ErrorCode::store: return "E_STORE";
    case ErrorCode::rate: return "E_RATE";
    case ErrorCode::order: return "E_ORDER";
    case ErrorCode::window: return "E_WINDOW";
    case ErrorCode::expired: return "E_EXPIRED";
    case ErrorCode::bad_frame: return "E_BAD_FRAME";
    case ErrorCode::unknown_type: return "E_UNKNOWN_TYPE";
    case ErrorCode::forbidden: return "E_FORBIDDEN";
    case ErrorCode::conv_closed: return "E_CONV_CLOSED";
    case ErrorCode::blocked: return "E_BLOCKED";
    case ErrorCode::rejected: return "E_REJECTED";
    case ErrorCode::too_big: return "E_TOO_BIG";
    case ErrorCode::mid_reuse: return "E_MID_REUSE";
    case ErrorCode::version: return "E_VERSION";
  }
  return "E_BUSY";
}

constexpr bool is_terminal(ErrorCode code) noexcept { return code >= ErrorCode::bad_frame; }

/// WebSocket close codes of hotdesk.v1 (PROTOCOL: what the client does then).
namespace close {
constexpr std::uint16_t normal = 1000, drain = 4000, restart = 4001, slow = 4002, no_pong = 4003, internal = 4004,
                        superseded = 4010, expired = 4100, bad_signature = 4101, banned = 4200, site_disabled = 4201,
                        version = 4202, protocol_error = 4203, too_big = 4204;
}

/// Bounds that `welcome.lim` tells and decode() enforces. Counts are code points where text is meant.
struct Limits {
  std::int64_t frame_bytes = 64 * 1024;
  std::int64_t text = 10'000;
  std::int64_t visitor_rate = 20;  ///< `pub`s per 10 s
  std::int64_t agent_rate = 60;
  std::int64_t window = 16;        ///< unanswered `pub`s a device
  std::int64_t page = 100;         ///< entries a page
  std::int64_t devices = 20;       ///< live devices a user
  std::int64_t heartbeat_ms = 25'000;
  std::int64_t timeout_ms = 60'000;
  std::int64_t hello_ms = 10'000;
  std::int64_t outbox_bytes = 256 * 1024;  ///< queued for a slow reader before `lag`
  std::int64_t reopen_window_ms = 24 * 3600 * 1000LL;
};

}  // namespace hotdesk::protocol
