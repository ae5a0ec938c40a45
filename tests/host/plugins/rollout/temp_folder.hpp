#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

namespace hotdesk::plugins::test {

/// A folder of the test's own, gone with it.
class OwnFolder {
 public:
  OwnFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hotdesk-rollout-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace hotdesk::plugins::test
