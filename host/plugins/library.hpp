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
  /// people reading the process's mappings; `mark` (empty: the label) the crash marker while its own destructors run.
  static Result<std::unique_ptr<Library>> load(const SealedFile& file, const std::filesystem::path& run_dir,
                                               const std::string& label, const std::string& mark = {});
  /// Maps what has such a name already, one that no earlier load had: in a runner, which loads one library in its life.
  static Result<std::unique_ptr<Library>> load_named(const std::string& path, const std::string& mark);
  /// Unloads, if it is still loaded and may be; else it stays mapped for as long as the process lives.
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  hotdesk_plugin_query_fn query() const noexcept { return query_; }

  /// One try to unmap it: ends its thread_local objects and keys on all threads, looks for threads and signal handlers of
  /// its own, and only then closes it and proves that the mapping is gone. False: not proven; problem() says why. When
  /// may_go_later(), nothing is lost: try again, after the threads have run unload::run_pending_detaches(). No call may be
  /// inside the library, and none may come.
  bool unload();
  const std::string& problem() const noexcept { return problem_; }
  bool may_go_later() const noexcept { return handle_ != nullptr && !kept_; }
  /// It did what plugins must not: left a thread, a signal handler, or itself.
  bool misbehaved() const noexcept { return misbehaved_; }

 private:
  struct Handle;
  Library(std::string name, const std::string& mark);
  Result<> map();
  bool refuse(std::string problem);
  std::unique_ptr<Handle> handle_;  ///< nullptr: closed
  std::string name_;
  std::string problem_;
  hotdesk_plugin_query_fn query_ = nullptr;
  bool kept_ = false;  ///< never to be closed
  bool misbehaved_ = false;
};

/// Whether the dynamic loader has an object under exactly this name.
bool is_mapped(const std::string& name);

}  // namespace hotdesk::plugins
