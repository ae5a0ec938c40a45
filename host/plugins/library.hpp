#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "hotdesk/plugin/entry.h"
#include "plugins/sealed_file.hpp"

namespace hotdesk::plugins {

/// One mapped library. Loaded under a name that no earlier load had, so that glibc can never answer with an older image
/// (it compares names, then inodes). Thread: the loader's, for everything.
class Library {
 public:
  /// Maps the sealed bytes, all symbols bound. `run_dir` is a private folder for the name's short life; `label` is for
  /// people reading the process's mappings.
  static Result<std::unique_ptr<Library>> load(const SealedFile& file, const std::filesystem::path& run_dir,
                                               const std::string& label);
  /// Unloads, if it is still loaded.
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  hotdesk_plugin_query_fn query() const noexcept { return query_; }
  /// Unmaps it and looks whether it is gone. False: something still holds it; its memory stays as it is for ever.
  bool unload();

 private:
  struct Handle;
  Library();
  std::unique_ptr<Handle> handle_;
  std::string name_;
  hotdesk_plugin_query_fn query_ = nullptr;
};

/// Whether the dynamic loader has an object under exactly this name.
bool is_mapped(const std::string& name);

}  // namespace hotdesk::plugins
