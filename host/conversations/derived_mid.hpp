#pragma once
#include <cstdint>
#include <string_view>

#include "base/id.hpp"

namespace hotdesk::conversations {

/// The mid of a plugin's message: the same for the same component, conversation, triggering message and number, so that a
/// repeat is known as such. A UUIDv7 bearing `at`, the time of what triggered it (it must be the same at each repeat).
Uuid derive_mid(std::string_view component, const Uuid& conversation, std::int64_t seq, std::uint32_t n, std::int64_t at);

}  // namespace hotdesk::conversations
