// The negative control's order: answer, wait 20 ms, then commit. Linked into hotdesk_acks_early alone, instead of the store's own.
#include "store/ack_order.hpp"

namespace hotdesk::store {

std::optional<std::chrono::milliseconds> acks_before_commit() noexcept { return std::chrono::milliseconds(20); }

}  // namespace hotdesk::store
