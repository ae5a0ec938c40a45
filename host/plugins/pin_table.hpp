#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "plugins/ports.hpp"

namespace hotdesk::plugins {

/// Which version a conversation met first while a component had a candidate. Asked for on hooks, but only then.
/// Bounded: when a part is full an arbitrary pin goes, and its conversation is chosen by the hash again. Thread: any.
class PinTable {
 public:
  /// `keep` is told each new pin, to be stored; must not block.
  explicit PinTable(std::function<void(PinRow)> keep) : keep_(std::move(keep)) {}

  /// The conversation's version if it is one of the two, else `chosen`, which is then its pin.
  std::string pin(const Uuid& tenant, const Uuid& conversation, const std::string& component, const std::string& stable,
                  const std::string& candidate, const std::string& chosen);
  /// The conversation's version if it is one of the two.
  std::optional<std::string> find(const Uuid& tenant, const Uuid& conversation, const std::string& component, const std::string& stable,
                                  const std::string& candidate);
  /// As PluginStore::erase_pins, in memory.
  void erase(const std::string& component, const Scope& tenant, const std::string& version);
  void load(const std::vector<PinRow>& rows);
  /// Whether any conversation of the tenant is pinned to a version of the component.
  bool any(const std::string& component, const Uuid& tenant) const;
  std::size_t size() const;

 private:
  struct Key {
    Uuid tenant;
    Uuid conversation;
    std::string component;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct Part {
    mutable std::mutex mutex;
    std::unordered_map<Key, std::string, Hash> pins;
  };
  Part& part_of(const Key& key) noexcept { return parts_[Hash{}(key) % parts_.size()]; }

  static constexpr std::size_t most_in_part = 16'384;
  std::function<void(PinRow)> keep_;
  std::array<Part, 16> parts_;
};

}  // namespace hotdesk::plugins
