#pragma once
#include <chrono>
#include <optional>

namespace hotdesk::store {

/// When the writer answers a batch: nullopt, always, here. A test program may define its own (the archive's is then left out
/// by the linker) to answer before the COMMIT and wait that long in between: the negative control that proves the crash tests
/// can fail. No option, no environment variable and no release binary reaches it.
std::optional<std::chrono::milliseconds> acks_before_commit() noexcept;

}  // namespace hotdesk::store
