#pragma once
#include <memory>
#include <string>

#include "plugins/package.hpp"

namespace hotdesk::plugins {

/// What hooks and views need to know of a version at work, in whichever lane; outlives the package's entry.
struct Facts {
  explicit Facts(const Package& package)
      : manifest(package.manifest),
        config_schema(package.config_schema),
        trust(package.trust),
        tag(package.id + "@" + package.version),
        mark(tag + " " + package.manifest.build_id) {}
  const Manifest manifest;
  const std::string config_schema;
  const Trust trust;
  const std::string tag;   ///< "id@version"
  const std::string mark;  ///< "id@version build": the crash marker
};

}  // namespace hotdesk::plugins
