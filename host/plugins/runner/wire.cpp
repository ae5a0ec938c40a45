#include "plugins/runner/wire.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "base/text.hpp"

namespace hotdesk::plugins::runner {
namespace {

static_assert(std::endian::native == std::endian::little, "the wire is little-endian; this host would have to swap");

template <class Number>
void append(std::string& bytes, Number value) {
  char raw[sizeof value];
  std::memcpy(raw, &value, sizeof value);
  bytes.append(raw, sizeof value);
}

}  // namespace

Writer::Writer(FrameType type, std::uint64_t call) {
  bytes_.reserve(256);
  append(bytes_, std::uint32_t{0});
  append(bytes_, static_cast<std::uint16_t>(type));
  append(bytes_, std::uint16_t{0});
  append(bytes_, call);
}

Writer& Writer::u8(std::uint8_t value) { return append(bytes_, value), *this; }
Writer& Writer::u32(std::uint32_t value) { return append(bytes_, value), *this; }
Writer& Writer::u64(std::uint64_t value) { return append(bytes_, value), *this; }
Writer& Writer::f64(double value) { return append(bytes_, value), *this; }
Writer& Writer::text(std::string_view value) {
  append(bytes_, static_cast<std::uint32_t>(value.size()));
  bytes_.append(value);
  return *this;
}
Writer& Writer::uuid(const Uuid& value) {
  bytes_.append(reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size());
  return *this;
}

std::string Writer::take() && {
  const auto size = static_cast<std::uint32_t>(bytes_.size() - header_bytes);
  std::memcpy(bytes_.data(), &size, sizeof size);
  return std::move(bytes_);
}

std::string_view Reader::take(std::size_t size) noexcept {
  if (bad_ || rest_.empty()) return {};
  if (rest_.size() < size) {
    bad_ = true;
    return {};
  }
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

template <class Number>
Number Reader::number() noexcept {
  Number value{};
  if (const auto raw = take(sizeof value); !raw.empty()) std::memcpy(&value, raw.data(), sizeof value);
  return value;
}

std::uint8_t Reader::u8() noexcept { return number<std::uint8_t>(); }
std::uint32_t Reader::u32() noexcept { return number<std::uint32_t>(); }
std::uint64_t Reader::u64() noexcept { return number<std::uint64_t>(); }
double Reader::f64() noexcept { return number<double>(); }

std::string Reader::bytes(std::size_t most) {
  const auto size = u32();
  if (size == 0 || bad_) return {};
  if (size > most || rest_.size() < size) {
    bad_ = true;
    return {};
  }
  return std::string(take(size));
}

std::string Reader::text(std::size_t most) {
  auto value = bytes(most);
  if (!is_clean_text(value)) {
    bad_ = true;
    value.clear();
  }
  return value;
}

Uuid Reader::uuid() noexcept {
  std::array<std::uint8_t, 16> raw{};
  if (const auto taken = take(raw.size()); !taken.empty()) std::memcpy(raw.data(), taken.data(), raw.size());
  return Uuid(raw);
}

std::uint32_t Reader::count(std::uint32_t most) noexcept {
  const auto value = u32();
  if (value <= most) return value;
  bad_ = true;
  return 0;
}

std::optional<Header> read_header(std::string_view bytes) noexcept {
  Header header;
  if (bytes.size() < header_bytes) return std::nullopt;
  std::memcpy(&header.size, bytes.data(), 4);
  std::memcpy(&header.type, bytes.data() + 4, 2);
  std::memcpy(&header.flags, bytes.data() + 6, 2);
  std::memcpy(&header.call, bytes.data() + 8, 8);
  if (header.size > most_payload) return std::nullopt;
  return header;
}

}  // namespace hotdesk::plugins::runner
