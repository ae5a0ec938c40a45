#include "plugins/pin_table.hpp"

namespace hotdesk::plugins {

std::size_t PinTable::Hash::operator()(const Key& key) const noexcept {
  return std::hash<Uuid>{}(key.conversation) * 31 + std::hash<Uuid>{}(key.tenant) * 17 + std::hash<std::string>{}(key.component);
}

std::string PinTable::pin(const Uuid& tenant, const Uuid& conversation, const std::string& component, const std::string& stable,
                          const std::string& candidate, const std::string& chosen) {
  Key key{tenant, conversation, component};
  Part& part = part_of(key);
  {
    const std::lock_guard lock(part.mutex);
    const auto found = part.pins.find(key);
    if (found != part.pins.end() && (found->second == stable || found->second == candidate)) return found->second;
    if (found == part.pins.end() && part.pins.size() >= most_in_part) part.pins.erase(part.pins.begin());
    part.pins[key] = chosen;
  }
  keep_({tenant, conversation, component, chosen});
  return chosen;
}

std::optional<std::string> PinTable::find(const Uuid& tenant, const Uuid& conversation, const std::string& component,
                                          const std::string& stable, const std::string& candidate) {
  Key key{tenant, conversation, component};
  Part& part = part_of(key);
  const std::lock_guard lock(part.mutex);
  const auto found = part.pins.find(key);
  if (found == part.pins.end() || (found->second != stable && found->second != candidate)) return std::nullopt;
  return found->second;
}

void PinTable::erase(const std::string& component, const Scope& tenant, const std::string& version) {
  for (Part& part : parts_) {
    const std::lock_guard lock(part.mutex);
    std::erase_if(part.pins, [&](const auto& one) {
      return one.first.component == component && (!tenant || one.first.tenant == *tenant) && (version.empty() || one.second == version);
    });
  }
}

void PinTable::load(const std::vector<PinRow>& rows) {
  for (const auto& row : rows) {
    Key key{row.tenant, row.conversation, row.component};
    Part& part = part_of(key);
    const std::lock_guard lock(part.mutex);
    if (part.pins.size() < most_in_part) part.pins.emplace(std::move(key), row.version);
  }
}

bool PinTable::any(const std::string& component, const Uuid& tenant) const {
  for (const Part& part : parts_) {
    const std::lock_guard lock(part.mutex);
    for (const auto& [key, version] : part.pins)
      if (key.tenant == tenant && key.component == component) return true;
  }
  return false;
}

std::size_t PinTable::size() const {
  std::size_t sum = 0;
  for (const Part& part : parts_) {
    const std::lock_guard lock(part.mutex);
    sum += part.pins.size();
  }
  return sum;
}

}  // namespace hotdesk::plugins
