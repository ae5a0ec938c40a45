#pragma once
#include "hotdesk/sdk/fake_host.hpp"
#include "hotdesk/sdk/sdk.hpp"

namespace hotdesk::sdk {

/// As HOTDESK_PLUGIN does, for several plugins in one test executable.
template <class P>
const hotdesk_plugin_descriptor* query(std::uint32_t, std::uint32_t) {
  using Entry = detail::Entry<P>;
  static constexpr hotdesk_plugin_descriptor descriptor{
      sizeof descriptor, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, "test.sample", "1.0.0", "test", &Entry::init, &Entry::deinit,
      &Entry::create, &Entry::destroy, &Entry::get_extension};
  return &descriptor;
}

}  // namespace hotdesk::sdk
