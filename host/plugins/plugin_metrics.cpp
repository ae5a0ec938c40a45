#include "plugins/plugin_metrics.hpp"

#include <cmath>

namespace hotdesk::plugins {
namespace {

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
}

}  // namespace

PluginMetrics::Value* PluginMetrics::at(const std::string& plugin, const std::string& version, std::string_view name) {
  auto& names = values_[{plugin, version}];
  const auto found = names.find(name);
  if (found != names.end()) return &found->second;
  return names.size() < most_names ? &names.emplace(name, Value{}).first->second : nullptr;
}

hotdesk_result PluginMetrics::count(const std::string& plugin, const std::string& version, std::string_view name, double by) {
  if (!is_name(name) || !std::isfinite(by) || by < 0) return HOTDESK_E_INVALID;
  const std::lock_guard lock(mutex_);
  Value* value = at(plugin, version, name);
  if (value == nullptr) return HOTDESK_E_BUDGET;
  value->value += by;
  return HOTDESK_OK;
}

hotdesk_result PluginMetrics::gauge(const std::string& plugin, const std::string& version, std::string_view name, double to) {
  if (!is_name(name) || !std::isfinite(to)) return HOTDESK_E_INVALID;
  const std::lock_guard lock(mutex_);
  Value* value = at(plugin, version, name);
  if (value == nullptr) return HOTDESK_E_BUDGET;
  *value = {to, false};
  return HOTDESK_OK;
}

std::vector<PluginMetric> PluginMetrics::list() const {
  std::vector<PluginMetric> result;
  const std::lock_guard lock(mutex_);
  for (const auto& [owner, names] : values_)
    for (const auto& [name, value] : names) result.push_back({owner.first, owner.second, name, value.value, value.counter});
  return result;
}

}  // namespace hotdesk::plugins
