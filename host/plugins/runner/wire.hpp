#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"

namespace hotdesk::plugins::runner {

/// The runner's wire (sdk/runner/PROTOCOL.md): frames of a 16-byte header and ordered fields, little-endian, the same bytes
/// in the shared-memory rings and on the control socket.

inline constexpr std::uint32_t protocol_version = 1;
inline constexpr std::size_t header_bytes = 16;
/// The largest payload: a plugin's exported state (16 MiB) with room around it.
inline constexpr std::size_t most_payload = 17 * 1024 * 1024;

enum class FrameType : std::uint16_t {
  // either way
  ping = 1,
  pong = 2,
  bye = 3,
  // host to runner
  hello = 16,
  load = 17,
  ask = 18,
  cancel = 19,
  export_state = 20,
  import_state = 21,
  check = 22,
  result = 23,  ///< of a request of the runner's
  piece = 24,   ///< of an HTTP answer
  // runner to host
  ready = 32,
  loaded = 33,
  failed = 34,
  answer = 35,
  pending = 36,
  chunk = 37,
  state = 38,
  imported = 39,
  checked = 40,
  log = 48,
  count = 49,
  gauge = 50,
  // requests of the runner's; the header's call is their number
  kv_get = 64,
  kv_set = 65,
  kv_erase = 66,
  kv_list = 67,
  post = 68,
  http = 69,
  knowledge = 70,
  messages = 71,
};

struct Header {
  std::uint32_t size = 0;  ///< of the payload
  std::uint16_t type = 0;
  std::uint16_t flags = 0;  ///< 0 for now
  std::uint64_t call = 0;   ///< a call's number or a request's; 0: neither
};

/// A frame as it was received, its bytes owned.
struct Frame {
  Header header;
  std::string payload;
  FrameType type() const noexcept { return static_cast<FrameType>(header.type); }
};

/// Puts a frame together: header first, then fields in order.
class Writer {
 public:
  explicit Writer(FrameType type, std::uint64_t call = 0);
  Writer& u8(std::uint8_t value);
  Writer& u32(std::uint32_t value);
  Writer& i32(std::int32_t value) { return u32(static_cast<std::uint32_t>(value)); }
  Writer& u64(std::uint64_t value);
  Writer& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  Writer& f64(double value);
  Writer& text(std::string_view value);
  Writer& uuid(const Uuid& value);
  /// The whole frame, header completed.
  std::string take() &&;

 private:
  std::string bytes_;
};

/// Takes fields off a payload. A frame of an older peer ends early: what is missing is zero or empty. A field that is cut
/// in the middle, or a text over its bound, makes the frame bad; later fields are then empty.
class Reader {
 public:
  explicit Reader(std::string_view payload) : rest_(payload) {}
  std::uint8_t u8() noexcept;
  std::uint32_t u32() noexcept;
  std::int32_t i32() noexcept { return static_cast<std::int32_t>(u32()); }
  std::uint64_t u64() noexcept;
  std::int64_t i64() noexcept { return static_cast<std::int64_t>(u64()); }
  double f64() noexcept;
  /// Any bytes, at most `most`.
  std::string bytes(std::size_t most);
  /// Clean UTF-8, at most `most` bytes.
  std::string text(std::size_t most);
  Uuid uuid() noexcept;
  /// A number of elements, at most `most`.
  std::uint32_t count(std::uint32_t most) noexcept;
  bool bad() const noexcept { return bad_; }

 private:
  std::string_view take(std::size_t size) noexcept;
  template <class Number>
  Number number() noexcept;
  std::string_view rest_;
  bool bad_ = false;
};

/// A header from its 16 bytes; nullopt when its size is over the bound.
std::optional<Header> read_header(std::string_view bytes) noexcept;

}  // namespace hotdesk::plugins::runner
