#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hotdesk/plugin/metrics.h"
#include "plugins/view.hpp"

namespace hotdesk::plugins {

/// Where numbers that plugins report of themselves go: here, or over a runner's wire. Thread: any.
class MetricsPort {
 public:
  virtual ~MetricsPort() = default;
  virtual hotdesk_result count(const std::string& plugin, const std::string& version, std::string_view name, double by) = 0;
  virtual hotdesk_result gauge(const std::string& plugin, const std::string& version, std::string_view name, double value) = 0;
};

/// Those numbers, summed. Thread: any.
class PluginMetrics final : public MetricsPort {
 public:
  hotdesk_result count(const std::string& plugin, const std::string& version, std::string_view name, double by) override;
  hotdesk_result gauge(const std::string& plugin, const std::string& version, std::string_view name, double value) override;
  std::vector<PluginMetric> list() const;

 private:
  struct Value {
    double value = 0;
    bool counter = true;
  };
  static constexpr std::size_t most_names = 64;
  /// Found or made; nullptr: too many.
  Value* at(const std::string& plugin, const std::string& version, std::string_view name);

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::map<std::string, Value, std::less<>>> values_;
};

}  // namespace hotdesk::plugins
