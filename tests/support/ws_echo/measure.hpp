#pragma once
#include <cstddef>
#include <cstdint>

namespace hotdesk::ws_echo {

/// Resident bytes of this process.
std::size_t resident_bytes();
/// CPU this process has used, in seconds (user and system).
double cpu_seconds();

/// What the child process does: opens `connections` WSS connections to the port, at most `window` at a time, one echo each,
/// and says "open" on standard output when all are; holds them until standard input ends, then exits 0.
int hold_connections(std::uint16_t port, std::size_t connections, std::size_t window);
/// Opens and closes `connections` one after another, `window` at a time; then exits 0.
int open_and_close(std::uint16_t port, std::size_t connections, std::size_t window);
/// `sockets` sockets, one frame of `bytes` outstanding each, for `seconds`; prints echoes per second and percentiles.
int echo_load(std::uint16_t port, std::size_t sockets, std::size_t bytes, int seconds);

}  // namespace hotdesk::ws_echo
