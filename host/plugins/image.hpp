#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "hotdesk/plugin/plugin.h"
#include "plugins/host_services.hpp"
#include "plugins/library.hpp"
#include "plugins/package.hpp"

namespace hotdesk::plugins {

/// One loaded library of a version, initialized. Two loads of a version are two images. Made and ended on the loader
/// thread; what hooks read of it is constant.
class Image {
 public:
  /// Copies, checks, maps, asks, negotiates, initializes. Nothing stays mapped when it fails.
  static Result<std::unique_ptr<Image>> load(const Package& package, Services& services, const std::filesystem::path& run_dir,
                                             std::int64_t now_ms);
  /// deinit, unmap. True when proven unmapped. No instance, lease or call may be left.
  bool unload();
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  const Manifest& manifest() const noexcept { return manifest_; }
  const std::string& config_schema() const noexcept { return config_schema_; }
  const std::string& tag() const noexcept { return tag_; }    ///< "id@version"
  const std::string& mark() const noexcept { return mark_; }  ///< "id@version build"
  std::int64_t loaded_at() const noexcept { return loaded_at_; }
  const hotdesk_plugin_descriptor& descriptor() const noexcept { return *descriptor_; }
  hotdesk_shared* shared() const noexcept { return shared_; }
  const hotdesk_filter* filter() const noexcept { return filter_; }  ///< nullptr: it is none
  const hotdesk_router* router() const noexcept { return router_; }
  const hotdesk_health* health() const noexcept { return health_; }
  /// Alive instances; loader thread.
  int instances = 0;

 private:
  Image(const Package& package, Services& services, std::int64_t now_ms);
  Result<> ask();
  Result<> initialize();

  const Manifest manifest_;
  const std::string config_schema_;
  const std::string tag_;
  const std::string mark_;
  const std::int64_t loaded_at_;
  Services& services_;
  HostSide host_;
  std::unique_ptr<Library> library_;  ///< what follows points into it
  const hotdesk_plugin_descriptor* descriptor_ = nullptr;
  hotdesk_shared* shared_ = nullptr;
  const hotdesk_filter* filter_ = nullptr;
  const hotdesk_router* router_ = nullptr;
  const hotdesk_health* health_ = nullptr;
  bool initialized_ = false;
};

}  // namespace hotdesk::plugins
