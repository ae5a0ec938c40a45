#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "plugins/image.hpp"
#include "plugins/lanes/pool_endpoint.hpp"
#include "plugins/leases.hpp"
#include "plugins/stats.hpp"

namespace hotdesk::plugins {

/// A version at work for one tenant, with its configuration, in one of the lanes. Made and destroyed on the loader thread;
/// called from any.
class Instance {
 public:
  /// What an instance is made of besides its code.
  struct Parts {
    Uuid tenant;
    std::string config;
    std::shared_ptr<KvPort> kv;    ///< nullptr: not granted
    std::shared_ptr<Stats> stats;  ///< go on over the instances of one (version, tenant)
    Granted granted;
    bool shadow = false;           ///< mirrored: `kv` is read-only
  };
  /// In this process: create() and the quick health check. Errc::invalid: the plugin refused the configuration (where, why).
  /// `pool` is used by the pool lane; `overran` is told each time a thread was lost to this instance.
  static Result<std::shared_ptr<Instance>> make(Image& image, Services& services, Parts parts, WorkerPool& pool,
                                                std::function<void()> overran);
  /// In a runner: the endpoint has created it there.
  static std::shared_ptr<Instance> make_remote(std::shared_ptr<const Facts> facts, Parts parts, std::unique_ptr<Endpoint> endpoint);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const Facts& facts() const noexcept { return *facts_; }
  const Uuid& tenant() const noexcept { return parts_.tenant; }
  const std::string& config() const noexcept { return parts_.config; }
  const Granted& granted() const noexcept { return parts_.granted; }
  Lane lane() const noexcept { return parts_.granted.lane; }
  bool has(Method method) const noexcept { return has_[static_cast<std::size_t>(method)]; }
  bool has_state() const noexcept;
  bool is_shadow() const noexcept { return parts_.shadow; }
  Stats& stats() const noexcept { return *parts_.stats; }
  /// Of the inline lane: what to call, here.
  const Target& target() const noexcept { return target_; }
  /// Of the other lanes; nullptr: inline.
  Endpoint* endpoint() const noexcept { return endpoint_.get(); }

  /// Calls that suspend hold one.
  Leases& leases() noexcept { return leases_; }
  /// No call and no answer that is owed holds it.
  bool idle() const noexcept { return leases_.none() && (!host_ || host_->leases().none()); }

 private:
  Instance(std::shared_ptr<const Facts> facts, Parts parts);
  const std::shared_ptr<const Facts> facts_;
  const Parts parts_;
  Image* image_ = nullptr;  ///< nullptr: in a runner
  std::unique_ptr<HostSide> host_;
  std::unique_ptr<Endpoint> endpoint_;
  Target target_;
  bool has_[methods] = {};
  Leases leases_;
  bool created_ = false;
};

}  // namespace hotdesk::plugins
