#pragma once
#include "hotdesk/sdk/error.hpp"
#include "hotdesk/sdk/host.hpp"

namespace hotdesk::sdk {

/// Base of a plugin: one object serves one tenant. Derive from it and from the mixins of what the plugin does (Filter,
/// Router), give it a constructor that takes `const Host&`, and end the file with HOTDESK_PLUGIN(YourClass).
/// The constructor runs on the host's loader thread and may throw Error (see bad_config); so runs the destructor.
/// No threads, no signal handlers, no thread_local objects with destructors: the host refuses such libraries.
class Plugin {
 public:
  explicit Plugin(const Host& host) noexcept : host_(host) {}
  virtual ~Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  const Host& host() const noexcept { return host_; }

 private:
  Host host_;
};

}  // namespace hotdesk::sdk
