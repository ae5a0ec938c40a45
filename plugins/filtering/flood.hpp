#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "hotdesk/plugin/types.h"

namespace filtering {

/// Too many messages, or the same text too often, of one visitor within a window. Remembers at most about 16,000 visitors; the
/// one unheard for longest is forgotten first. Times are milliseconds that only grow. Thread: any.
class Flood {
 public:
  struct Limits {
    std::int64_t window_ms = 10'000;
    std::uint32_t messages = 0;  ///< 0: no limit
    std::uint32_t same = 0;      ///< 0: no limit
  };
  enum class Verdict : std::uint8_t { fine, too_many, repeated };

  explicit Flood(const Limits& limits);
  bool is_on() const noexcept { return limits_.messages != 0 || limits_.same != 0; }
  /// Counts one message. A refused one counts too, so that hammering does not help.
  Verdict add(const hotdesk_id& visitor, std::uint64_t text_hash, std::int64_t now);
  static std::uint64_t hash(const std::vector<char32_t>& text) noexcept;

 private:
  struct Seen {
    std::uint64_t hash = 0;
    std::uint32_t count = 0;
  };
  struct Visitor {
    hotdesk_id id{};
    std::int64_t begun = 0;  ///< of this window
    std::int64_t heard = 0;
    std::uint32_t count = 0;
    std::uint32_t before = 0;  ///< in the window before this one
    std::array<Seen, 4> seen;
  };
  static constexpr std::size_t shards = 16;
  static constexpr std::size_t sets = 128;  ///< of a shard
  static constexpr std::size_t ways = 8;
  struct Shard {
    std::mutex mutex;
    std::array<Visitor, sets * ways> visitors;
  };
  Visitor& find(Shard& shard, std::size_t set, const hotdesk_id& id, std::int64_t now) const;

  const Limits limits_;
  std::unique_ptr<std::array<Shard, shards>> shards_;  ///< none when there is no limit
};

}  // namespace filtering
