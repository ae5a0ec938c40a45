#pragma once
#include <string>

#include "base/result.hpp"
#include "hotdesk/plugin/entry.h"
#include "plugins/manifest.hpp"

namespace hotdesk::plugins {

/// Whether this host can serve what a manifest asks for: ABI, extensions, lane, host version. A refusal says what it was
/// built for, what this host is, and what to do.
Result<> negotiate(const Manifest& manifest, const std::string& host_version);

/// Whether the library is the one that its manifest describes. `descriptor` may be nullptr.
Result<> compare(const hotdesk_plugin_descriptor* descriptor, const Manifest& manifest);

/// "HOTDESK_E_INVALID", …
const char* result_name(hotdesk_result code) noexcept;

}  // namespace hotdesk::plugins
