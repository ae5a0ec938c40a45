#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "tenants/model.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::support {

/// A folder that goes when the test ends (kept when HOTDESK_KEEP is set).
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// A data folder with keys, certificate, one tenant, one site and some agents; what `hotdesk init` and `hotdesk user add` make,
/// without paying for passwords. Made through the store, before a server runs on it.
struct World {
  std::filesystem::path folder;
  std::string master_key;
  std::string public_host = "localhost:8443";
  tenants::Tenant tenant;
  tenants::Department department;
  tenants::Site site;
  std::vector<tenants::User> agents;

  /// Signed connect sets, as the server itself makes them.
  tenants::ConnectSet agent_set(const Uuid& user) const;
  tenants::ConnectSet visitor_set(const Uuid& user) const;
  tenants::ConnectSet visitor_set() const;

 private:
  friend World make_world(const std::filesystem::path& folder, int agents, int capacity);
  std::shared_ptr<tenants::ConnectSigner> signer_;
  std::shared_ptr<Clock> clock_;  ///< the signer's
};

World make_world(const std::filesystem::path& folder, int agents, int capacity = 1'000'000);

}  // namespace hotdesk::support
