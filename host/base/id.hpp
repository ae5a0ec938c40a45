#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hotdesk {

/// A value that cannot be mistaken for another of the same representation; no implicit way in or out.
template <class Tag, class Rep = std::string>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_(std::move(value)) {}
  constexpr const Rep& value() const noexcept { return value_; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
  friend constexpr bool operator==(const Id&, const Id&) = default;

 private:
  Rep value_{};
};

/// 128 bits, written as RFC 9562 text. Public ids and `mid`s are UUIDv7 (time first, so indexes stay warm).
class Uuid {
 public:
  constexpr Uuid() = default;
  constexpr explicit Uuid(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}
  constexpr const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
  constexpr bool is_nil() const noexcept { return bytes_ == std::array<std::uint8_t, 16>{}; }
  /// 36 characters, lower case.
  std::string text() const;
  /// The 16 bytes as a binary string, the form stored in a database.
  std::string binary() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
  friend constexpr bool operator==(const Uuid&, const Uuid&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// The 8-4-4-4-12 form, either case; anything else is nullopt.
std::optional<Uuid> parse_uuid(std::string_view text) noexcept;
/// From the stored 16 bytes; another length is nullopt.
std::optional<Uuid> uuid_from_binary(std::string_view bytes) noexcept;
/// A UUIDv7 for this instant (milliseconds since 1970) with 74 random bits. Thread: any.
Uuid make_uuid(std::int64_t now_ms);

// Internal keys (BIGINT in the store, never shown outside) beside the public UUIDs.
using TenantKey = Id<struct TenantKeyTag, std::int64_t>;
using UserKey = Id<struct UserKeyTag, std::int64_t>;          ///< visitors, agents and admins alike
using ConversationKey = Id<struct ConversationKeyTag, std::int64_t>;
using DepartmentKey = Id<struct DepartmentKeyTag, std::int64_t>;
using SiteKey = Id<struct SiteKeyTag, std::int64_t>;
using FeedKey = Id<struct FeedKeyTag, std::int64_t>;           ///< a user's `u` or a department's `q:`

}  // namespace hotdesk

template <class Tag, class Rep>
struct std::hash<hotdesk::Id<Tag, Rep>> {
  std::size_t operator()(const hotdesk::Id<Tag, Rep>& id) const noexcept { return std::hash<Rep>{}(id.value()); }
};
template <>
struct std::hash<hotdesk::Uuid> {
  std::size_t operator()(const hotdesk::Uuid& uuid) const noexcept {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::memcpy(&a, uuid.bytes().data(), 8);
    std::memcpy(&b, uuid.bytes().data() + 8, 8);
    return static_cast<std::size_t>(a ^ (b * 0x9E3779B97F4A7C15ULL));
  }
};
