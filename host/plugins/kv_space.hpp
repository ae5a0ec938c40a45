#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "hotdesk/plugin/kv.h"
#include "plugins/ports.hpp"
#include "plugins/store_worker.hpp"

namespace hotdesk::plugins {

/// Where a plugin's keys are: here, or behind a runner's wire. Thread: any.
class KvPort {
 public:
  virtual ~KvPort() = default;
  virtual hotdesk_result get(std::string_view key, const hotdesk_sink& sink) const = 0;
  virtual hotdesk_result set(std::string_view key, std::string_view value) = 0;
  virtual hotdesk_result erase(std::string_view key) = 0;
  virtual hotdesk_result list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const = 0;
};

/// The keys of one (tenant, plugin), all in memory: read at once on any thread, written behind. Shared by the versions of
/// the plugin on this node. Thread: any.
class KvSpace final : public KvPort {
 public:
  KvSpace(const Uuid& tenant, std::string plugin, const KvLimits& limits, PluginStore& store, StoreWorker& worker);
  /// Reads the space from the store. Blocks; loader thread.
  Result<> load();

  hotdesk_result get(std::string_view key, const hotdesk_sink& sink) const override;
  hotdesk_result set(std::string_view key, std::string_view value) override;
  hotdesk_result erase(std::string_view key) override;
  hotdesk_result list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const override;

 private:
  const Uuid tenant_;
  const std::string plugin_;
  const KvLimits limits_;
  PluginStore& store_;
  StoreWorker& worker_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> entries_;
  std::size_t bytes_ = 0;
};

/// A space that can be read and not written: a shadow's.
class ReadOnlyKv final : public KvPort {
 public:
  explicit ReadOnlyKv(std::shared_ptr<KvPort> behind) : behind_(std::move(behind)) {}
  hotdesk_result get(std::string_view key, const hotdesk_sink& sink) const override { return behind_->get(key, sink); }
  hotdesk_result set(std::string_view, std::string_view) override { return HOTDESK_E_DENIED; }
  hotdesk_result erase(std::string_view) override { return HOTDESK_E_DENIED; }
  hotdesk_result list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const override {
    return behind_->list(prefix, context, each);
  }

 private:
  std::shared_ptr<KvPort> behind_;
};

/// The spaces that are in use. Loader thread.
class KvSpaces {
 public:
  KvSpaces(const KvLimits& limits, PluginStore& store, StoreWorker& worker) : limits_(limits), store_(store), worker_(worker) {}
  /// Loads it at first use.
  Result<std::shared_ptr<KvSpace>> open(const Uuid& tenant, const std::string& plugin);

 private:
  KvLimits limits_;
  PluginStore& store_;
  StoreWorker& worker_;
  std::map<std::pair<Uuid, std::string>, std::shared_ptr<KvSpace>> spaces_;
};

}  // namespace hotdesk::plugins
