#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/package.hpp"
#include "plugins/packages/storage.hpp"
#include "plugins/packages/trust_store.hpp"
#include "plugins/packages/verify.hpp"

namespace hotdesk::plugins {

/// Who brought a package and when.
struct Arrival {
  std::int64_t at = 0;  ///< milliseconds since 1970; 0: not known
  std::string by;
};

/// The uploaded packages of this node, and whom it trusts. Thread: any; blocks.
class Depot {
 public:
  struct Options {
    std::filesystem::path trust_store;
    bool allow_dev = false;
  };
  Depot(std::unique_ptr<PackageStorage> storage, Options options);

  /// Judges a package as of now; see verify_package().
  Result<Verified> verify(std::string_view bytes) const;
  /// Keeps a verified package.
  Result<> keep(const Verified& package, std::string_view bytes, const Arrival& arrival);
  /// Those kept, verified anew; one that does not hold any more is there with its problem. Remembers that the plugins of
  /// `builtin` are the installation's.
  Result<std::vector<Package>> scan(const std::vector<Package>& builtin);
  Result<> erase(const std::string& sha256);
  /// A kept package's files and arrival, verified anew.
  Result<Verified> open(const std::string& sha256) const;
  Arrival arrival(const std::string& sha256) const;

  TrustStore& trust() noexcept { return trust_; }

 private:
  class Source;
  std::unique_ptr<PackageStorage> storage_;
  const Options options_;
  mutable TrustStore trust_;
  mutable std::mutex mutex_;
  std::set<std::string> builtin_;  ///< plugin ids
};

}  // namespace hotdesk::plugins
