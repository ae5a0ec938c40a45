#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// A death in plugin code, as the crash journal has it.
struct CrashLine {
  std::int64_t at = 0;  ///< ms since 1970
  std::string what;     ///< "SIGSEGV", "hang", …
  std::string plugin;   ///< id
  std::string version;
  std::string build_id;
};

/// The crash journal since the last start that read it. How far it was read is kept in a file beside it, written once the
/// deaths were acted on, so that one counts exactly once, or again when the host dies meanwhile.
class CrashLines {
 public:
  explicit CrashLines(std::filesystem::path journal);
  /// The whole lines that are new; what is no crash line is passed over. At most the last MiB. No journal: none.
  Result<std::vector<CrashLine>> read();
  /// What read() returned is dealt with.
  Result<> acknowledge();

 private:
  const std::filesystem::path journal_;
  const std::filesystem::path seen_;
  std::uint64_t end_ = 0;
};

}  // namespace hotdesk::plugins
