#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "hotdesk/plugin/plugin.h"
#include "plugins/facts.hpp"
#include "plugins/host_services.hpp"
#include "plugins/lanes/perform.hpp"
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
  /// In a runner: what the host has checked and copied, under the name of that copy.
  static Result<std::unique_ptr<Image>> load_named(const Package& package, Services& services, const std::string& path,
                                                   std::int64_t now_ms);
  /// deinit, unmap. True when proven unmapped; else unload_problem() says why not, and when it may_go_later(), threads
  /// still have to end what they have of it (Library::unload): try again. No instance, lease or call may be left.
  bool unload();
  const std::string& unload_problem() const noexcept { return unload_problem_; }
  bool may_go_later() const noexcept { return library_ != nullptr; }
  /// It did what plugins must not: left a thread, a signal handler, or itself.
  bool misbehaved() const noexcept { return misbehaved_; }
  ~Image();
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  const std::shared_ptr<const Facts>& facts() const noexcept { return facts_; }
  const Manifest& manifest() const noexcept { return facts_->manifest; }
  const std::string& config_schema() const noexcept { return facts_->config_schema; }
  const std::string& tag() const noexcept { return facts_->tag; }
  const std::string& mark() const noexcept { return facts_->mark; }
  std::int64_t loaded_at() const noexcept { return loaded_at_; }
  const hotdesk_plugin_descriptor& descriptor() const noexcept { return *descriptor_; }
  hotdesk_shared* shared() const noexcept { return shared_; }
  const Tables& tables() const noexcept { return tables_; }
  /// Alive instances; loader thread.
  int instances = 0;

 private:
  Image(const Package& package, Services& services, std::int64_t now_ms);
  Result<> ask();
  Result<> initialize();

  const std::shared_ptr<const Facts> facts_;
  const std::int64_t loaded_at_;
  Services& services_;
  HostSide host_;
  std::unique_ptr<Library> library_;  ///< what follows points into it
  const hotdesk_plugin_descriptor* descriptor_ = nullptr;
  hotdesk_shared* shared_ = nullptr;
  Tables tables_;
  bool initialized_ = false;
  bool misbehaved_ = false;
  std::string unload_problem_;
};

}  // namespace hotdesk::plugins
