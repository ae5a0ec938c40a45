#pragma once
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

#include "plugins/validate/validate.hpp"

namespace hotdesk::plugins::validate::test {

inline std::string flawed(std::string flaw) {
  for (char& c : flaw)
    if (c == '_') c = '-';
  return std::string(HOTDESK_FLAWED) + "/test.flawed." + flaw + "/1.0.0";
}

inline Wishes wishes_for(std::string path, std::vector<std::string> only = {}) {
  Wishes wishes;
  wishes.path = std::move(path);
  wishes.only = std::move(only);
  wishes.host_version = "9.0.0";
  wishes.program = {std::filesystem::read_symlink("/proc/self/exe").string(), "--one", "{test}", "{folder}", "{deep}", "{fd}"};
  return wishes;
}

/// Removed in the end.
class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "hotdesk-test.XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
};

/// The first failure as "test: detail"; empty: passed.
inline std::string failure(const Report& report) {
  for (const auto& test : report.tests)
    if (test.verdict.grade == Grade::fail) return test.name + ": " + test.verdict.detail;
  return {};
}

}  // namespace hotdesk::plugins::validate::test
