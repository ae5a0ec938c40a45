#pragma once
#include <memory>
#include <string>

#include "app/config.hpp"
#include "base/result.hpp"
#include "store/store.hpp"

namespace hotdesk::app {

/// What the configuration says about the store; `serve` and the commands open the same.
store::Options store_options(const Config& config, std::string master_key);

/// The store as a command opens it while no server runs. Holding one keeps `serve` out.
struct OfflineStore {
  store::DataFolderLock lock;
  std::string master_key;
  std::unique_ptr<store::Store> store;
};
/// Errc::busy: a server (or another command) has the data folder. Errc::not_found: nothing was set up there yet.
/// `make`: make the database when there is none (`hotdesk init`). Run by root, the process becomes the data folder's owner
/// for good. Blocks.
Result<OfflineStore> open_offline(const Config& config, bool make = false);

}  // namespace hotdesk::app
