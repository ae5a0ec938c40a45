#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugins/instance.hpp"
#include "plugins/package.hpp"
#include "plugins/ports.hpp"

namespace hotdesk::plugins {

/// An installed version on this node. Member order: instances end before their image.
struct Version {
  Package package;
  std::string problem;  ///< of the last attempt to load it; empty: none
  std::unique_ptr<Image> image;  ///< the newest; nullptr: not loaded
  std::map<Uuid, std::shared_ptr<Instance>> instances;  ///< of that image, by tenant
  std::map<Uuid, std::string> misfits;  ///< tenants that it could not be made for, and why; until their configuration or the image changes
  std::map<Uuid, std::shared_ptr<Stats>> stats;  ///< since the start, over all images
  std::int64_t loaded_at = 0;  ///< milliseconds since 1970, of what runs now

  /// Whether code of it runs, in whichever lane.
  bool is_loaded() const noexcept { return image || !instances.empty(); }
};

/// An image that was replaced, until it is unmapped.
struct RetiredImage {
  std::unique_ptr<Image> image;
  std::int64_t since = 0;  ///< steady ms
  bool quarantined = false;
};
struct RetiredInstance {
  std::shared_ptr<Instance> instance;
  std::int64_t since = 0;
};

/// One plugin: its versions, and who runs which. Loader thread.
struct Component {
  std::string id;
  std::int64_t position = 0;
  std::map<std::string, Version> versions;
  std::map<Scope, ReleaseRow> rows;
  std::map<std::string, std::int64_t> kept;  ///< former versions with state that stay loaded, until (steady ms)
  struct Draining {
    std::string version;
    std::int64_t until = 0;  ///< steady ms
  };
  std::map<Uuid, Draining> draining;  ///< tenants whose open conversations stay on a former version, with its state
  std::vector<RetiredImage> retired;
  std::vector<RetiredInstance> retired_instances;  ///< declared after the images: they end first

  /// The row that counts for a tenant; nullptr: it does not run for them.
  const ReleaseRow* row_for(const Scope& tenant) const {
    const auto own = rows.find(tenant);
    if (own != rows.end()) return &own->second;
    const auto all = rows.find(std::nullopt);
    return all != rows.end() ? &all->second : nullptr;
  }
  Version* find_version(const std::string& version) {
    const auto found = versions.find(version);
    return found != versions.end() ? &found->second : nullptr;
  }
  const Version* find_version(const std::string& version) const { return const_cast<Component*>(this)->find_version(version); }
};

}  // namespace hotdesk::plugins
