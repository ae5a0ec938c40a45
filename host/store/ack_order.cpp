#include "store/ack_order.hpp"

namespace hotdesk::store {
std::optional<std::chrono::milliseconds> acks_before_commit() noexcept { return std::nullopt; }
}  // namespace hotdesk::store
