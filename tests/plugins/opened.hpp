#pragma once
#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "hotdesk/sdk/fake_host.hpp"

namespace hotdesk::plugins {

/// The built library of a shipped plugin, opened for a test.
class Opened {
 public:
  Opened(const std::string& id, const std::string& version) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(HOTDESK_PLUGINS "/" + id + "/" + version))
      if (file.path().filename() == "plugin.so") handle_ = dlopen(file.path().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) throw std::runtime_error("cannot open " + id + " " + version);
  }
  ~Opened() { dlclose(handle_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  hotdesk_plugin_query_fn query() const { return reinterpret_cast<hotdesk_plugin_query_fn>(dlsym(handle_, "hotdesk_plugin_query")); }

 private:
  void* handle_ = nullptr;
};

}  // namespace hotdesk::plugins
