#include "plugins/kv_space.hpp"

#include <utility>
#include <vector>

#include "base/text.hpp"

namespace hotdesk::plugins {

KvSpace::KvSpace(const Uuid& tenant, std::string plugin, const KvLimits& limits, PluginStore& store, StoreWorker& worker)
    : tenant_(tenant), plugin_(std::move(plugin)), limits_(limits), store_(store), worker_(worker) {}

Result<> KvSpace::load() {
  auto entries = store_.kv_list(tenant_, plugin_, {});
  if (!entries) return entries.error();
  const std::lock_guard lock(mutex_);
  for (auto& entry : *entries) {
    bytes_ += entry.key.size() + entry.value.size();
    entries_.emplace(std::move(entry.key), std::move(entry.value));
  }
  return {};
}

hotdesk_result KvSpace::get(std::string_view key, const hotdesk_sink& sink) const {
  std::string value;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return HOTDESK_SKIP;
    value = found->second;
  }
  return sink.write(&sink, value.data(), value.size());
}

hotdesk_result KvSpace::set(std::string_view key, std::string_view value) {
  if (key.empty() || !is_clean_text(key)) return HOTDESK_E_INVALID;
  if (key.size() > limits_.key_bytes || value.size() > limits_.value_bytes) return HOTDESK_E_BUDGET;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  const std::size_t before = found == entries_.end() ? 0 : key.size() + found->second.size();
  if (bytes_ - before + key.size() + value.size() > limits_.total_bytes) return HOTDESK_E_BUDGET;
  if (found == entries_.end() && entries_.size() >= limits_.entries) return HOTDESK_E_BUDGET;
  // By value: the write may run after this space has gone.
  auto write = [&store = store_, tenant = tenant_, plugin = plugin_, k = std::string(key), v = std::string(value)] {
    return store.kv_set(tenant, plugin, k, v);
  };
  if (!worker_.push(std::move(write))) return HOTDESK_E_OVERLOAD;  // pushed under the lock: the store sees our order
  bytes_ = bytes_ - before + key.size() + value.size();
  if (found == entries_.end()) entries_.emplace(key, value);
  else found->second = value;
  return HOTDESK_OK;
}

hotdesk_result KvSpace::erase(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return HOTDESK_SKIP;
  auto write = [&store = store_, tenant = tenant_, plugin = plugin_, k = std::string(key)] {
    return store.kv_erase(tenant, plugin, k);
  };
  if (!worker_.push(std::move(write))) return HOTDESK_E_OVERLOAD;
  bytes_ -= found->first.size() + found->second.size();
  entries_.erase(found);
  return HOTDESK_OK;
}

hotdesk_result KvSpace::list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const {
  std::vector<std::string> keys;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = entries_.lower_bound(prefix); at != entries_.end() && at->first.starts_with(prefix); ++at)
      keys.push_back(at->first);
  }
  for (const auto& key : keys)
    if (const auto code = each(context, hotdesk_text{key.data(), key.size()}); code != HOTDESK_OK) return code;
  return HOTDESK_OK;
}

Result<std::shared_ptr<KvSpace>> KvSpaces::open(const Uuid& tenant, const std::string& plugin) {
  auto& space = spaces_[{tenant, plugin}];
  if (space) return space;
  auto made = std::make_shared<KvSpace>(tenant, plugin, limits_, store_, worker_);
  if (const auto loaded = made->load(); !loaded) return loaded.error();
  return space = std::move(made);
}

}  // namespace hotdesk::plugins
