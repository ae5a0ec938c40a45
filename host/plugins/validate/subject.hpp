#pragma once
#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "plugins/package.hpp"

namespace hotdesk::plugins::validate {

/// What is validated: a package's folder. Made from a folder, from an .hdplugin (unpacked to a temporary folder) or from a
/// bare library (a manifest is made for it). Thread: one.
class Subject {
 public:
  /// Of a bare library nothing is known before its code has run: `describe` runs it in another process and says what its
  /// descriptor says.
  struct Described {
    std::string id;
    std::string version;
    std::string build_id;
    std::vector<std::string> provides;
    std::uint32_t state_schema = 0;
  };
  using Describe = Result<Described> (*)(const std::filesystem::path& library, void* context);

  static Result<Subject> open(const std::filesystem::path& path, Describe describe, void* context);
  /// The folder of a package as it is.
  static Result<Subject> open_folder(const std::filesystem::path& folder);

  ~Subject();
  Subject(Subject&& other) noexcept;
  Subject& operator=(Subject&&) = delete;

  const Package& package() const noexcept { return package_; }
  /// The manifest was made here, so what it says proves nothing.
  bool bare() const noexcept { return bare_; }
  const std::string& library_sha256() const noexcept;

 private:
  Subject() = default;
  Package package_;
  std::filesystem::path temporary_;  ///< removed in the end; empty: not ours
  bool bare_ = false;
};

}  // namespace hotdesk::plugins::validate
