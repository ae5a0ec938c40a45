#pragma once
#include <string_view>
#include <variant>

#include "protocol/codes.hpp"
#include "protocol/frames.hpp"

namespace hotdesk::protocol {

/// Reads one text frame. Never throws; unknown fields are ignored, of duplicate keys the last counts.
/// The text must be UTF-8 (the WebSocket layer has checked that). Thread: any.
std::variant<Decoded, BadFrame> decode(std::string_view text, const Limits& limits);

}  // namespace hotdesk::protocol
