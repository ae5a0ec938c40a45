#pragma once
#include <string>

#include "app/config.hpp"
#include "base/result.hpp"
#include "crypto/keys.hpp"

namespace hotdesk::app {

/// Where the configuration says that the master key comes from.
crypto::MasterKeySource master_key_source(const Config& config);
/// The 32 bytes. Blocks: start-up and commands only.
Result<std::string> load_master_key(const Config& config);

}  // namespace hotdesk::app
