#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "plugins/image.hpp"
#include "plugins/leases.hpp"
#include "plugins/stats.hpp"

namespace hotdesk::plugins {

/// A version at work for one tenant, with its configuration. Made and destroyed on the loader thread; called from any.
class Instance {
 public:
  /// create() and the quick health check. Errc::invalid: the plugin refused the configuration (where, why). `stats` go on
  /// over the instances of one (version, tenant).
  static Result<std::shared_ptr<Instance>> make(Image& image, Services& services, const Uuid& tenant, const std::string& config,
                                                std::shared_ptr<KvSpace> kv, std::shared_ptr<Stats> stats);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  hotdesk_instance* raw() const noexcept { return raw_; }
  Image& image() const noexcept { return image_; }
  const Uuid& tenant() const noexcept { return tenant_; }
  const std::string& config() const noexcept { return host_.config(); }
  Stats& stats() const noexcept { return *stats_; }
  /// Calls that suspend hold one.
  Leases& leases() noexcept { return leases_; }

 private:
  Instance(Image& image, Services& services, const Uuid& tenant, const std::string& config, std::shared_ptr<KvSpace> kv,
           std::shared_ptr<Stats> stats);
  Image& image_;
  const Uuid tenant_;
  HostSide host_;
  const std::shared_ptr<Stats> stats_;
  Leases leases_;
  hotdesk_instance* raw_ = nullptr;
  bool created_ = false;
};

}  // namespace hotdesk::plugins
