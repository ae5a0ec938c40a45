#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "plugins/packages/trust_list.hpp"

namespace hotdesk::plugins {

/// The trust store: a file on this machine, so that whoever can write the database still cannot make code run. Read anew for
/// each question (it is small and asked seldom), so an edit by hand or by the command line counts at once. Changes lock
/// the file beside it, and replace it whole. Thread: any; blocks.
class TrustStore {
 public:
  /// The file need not exist: then nobody is trusted. An empty path is an installation without uploads.
  explicit TrustStore(std::filesystem::path file) : file_(std::move(file)) {}

  /// Errc::invalid names file and place. A file that its group or others may write is refused.
  Result<TrustList> load() const;

  /// Errc::conflict: it is there already.
  Result<TrustKey> add(TrustKey key, std::int64_t now_ms);
  /// What it signed is not loaded any more. Again: the first time and reason stay. Errc::not_found.
  Result<TrustKey> revoke(std::string_view key_id, std::string_view reason, std::int64_t now_ms);
  /// Forgets a key; what it signed is then by somebody unknown.
  Result<TrustKey> erase(std::string_view key_id);
  /// No version below `version` is taken any more; empty: any. Errc::invalid.
  Result<> set_minimum(const std::string& id, const std::string& version);

  const std::filesystem::path& file() const noexcept { return file_; }

 private:
  /// Lock, load, `work`, save.
  Result<> change(const std::function<Result<>(TrustList&)>& work);
  const std::filesystem::path file_;
};

}  // namespace hotdesk::plugins
