#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "net/address.hpp"
#include "net/server.hpp"

namespace hotdesk::net {

/// What becomes of a new connection.
enum class Verdict : std::uint8_t {
  welcome,
  too_many,   ///< of this address: its first request is answered 429
  busy,       ///< the server is full: 503
  drop,       ///< closed without a word: far over a limit, even an answer would cost too much
};

/// Counts connections, in all and by address, and the rate of new ones by address. Thread: any.
class Admission {
 public:
  explicit Admission(const ServerLimits& limits);

  /// `exempt` comes back true for addresses that aren't counted. Unless it is drop, release() is owed.
  Verdict admit(const AddressBytes& address, std::int64_t now_ms, bool& exempt);
  void release(const AddressBytes& address);
  /// A TLS handshake begins: false when this address has a quarter of all that may be under way.
  bool begin_handshake(const AddressBytes& address, bool exempt);
  void end_handshake(const AddressBytes& address, bool exempt);
  std::size_t connections() const;

 private:
  struct Entry {
    std::uint32_t connections = 0;
    std::uint32_t handshakes = 0;
    double tokens = 0;
    std::int64_t filled_ms = 0;
  };
  struct Hash {
    std::size_t operator()(const AddressBytes& address) const noexcept;
  };
  bool is_exempt(const AddressBytes& address) const noexcept;
  void forget_idle(std::int64_t now_ms);

  const ServerLimits limits_;
  std::vector<AddressRange> exempt_;
  mutable std::mutex mutex_;
  std::unordered_map<AddressBytes, Entry, Hash> entries_;
  std::size_t connections_ = 0;
  std::size_t forget_at_ = 1024;
};

}  // namespace hotdesk::net
