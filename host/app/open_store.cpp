#include "app/open_store.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "app/secrets.hpp"
#include "crypto/keys.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::app {

store::Options store_options(const Config& config, std::string master_key) {
  store::Options options;
  options.data_dir = config.data_dir;
  options.conversation_ids = [key = crypto::derive_key(master_key, crypto::Label::conversation_id)](
                                 const Uuid& tenant, const Uuid& visitor, std::int64_t finished) {
    return tenants::derive_conversation_id(key, tenant, visitor, finished);
  };
  options.master_key = std::move(master_key);
  options.reopen_window_ms = config.sessions.reopen_window_s * 1000;
  options.readers = static_cast<std::size_t>(config.store.readers);
  options.batch_limit = static_cast<std::size_t>(config.store.batch);
  return options;
}

namespace {

/// Root becomes the data folder's owner for the rest of the process: files that root makes there would keep the server out.
Result<> become_owner(const std::string& folder) {
  struct stat info {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &info) != 0 || info.st_uid == 0) return {};
  if (::setgroups(0, nullptr) != 0 || ::setgid(info.st_gid) != 0 || ::setuid(info.st_uid) != 0)
    return fail(Errc::forbidden, "cannot become the owner of the data folder; run this as that user", folder);
  return {};
}

}  // namespace

Result<OfflineStore> open_offline(const Config& config, bool make) {
  if (!make && !std::filesystem::exists(config.database_path()))
    return fail(Errc::not_found, "there is no database yet; run `hotdesk init` first", config.database_path());
  if (const auto owner = become_owner(config.data_dir); !owner) return owner.error();
  auto lock = store::DataFolderLock::acquire(config.data_dir);
  if (!lock) return lock.error();
  auto master = load_master_key(config);
  if (!master) return master.error();
  auto store = store::Store::open(store_options(config, *master));
  if (!store) return store.error();
  return Result<OfflineStore>(boost::system::in_place_value, OfflineStore{std::move(*lock), std::move(*master), std::move(*store)});
}

}  // namespace hotdesk::app
