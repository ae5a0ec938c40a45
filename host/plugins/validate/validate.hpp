#pragma once
#include <functional>
#include <string>
#include <vector>

#include "plugins/validate/report.hpp"

namespace hotdesk::plugins::validate {

struct Wishes {
  std::string path;          ///< a package's folder, an .hdplugin or an .so
  bool deep = false;
  std::vector<std::string> only;  ///< names of tests; empty: all
  std::string host_version;
  /// How to start run_one() in another process: the program and its arguments, "{test}", "{folder}", "{deep}" and "{fd}" are
  /// filled in.
  std::vector<std::string> program;
  /// Told of each test as it ends.
  std::function<void(const TestReport&)> progress;
};

/// Validates a plugin: what can be read is read in this process (package, ELF gate, negotiation), every test that runs the
/// plugin's code runs in a process of its own. Errc::invalid, not_found: there is nothing to validate. Minutes when deep.
Result<Report> validate(const Wishes& wishes);

/// One test, in this process, which may not survive it; its result goes to a descriptor. `test` "describe" says what a bare
/// library says of itself; `folder` is then the library. Returns the exit status.
int run_one(const std::string& test, const std::string& folder, const std::string& host_version, bool deep, int fd);

}  // namespace hotdesk::plugins::validate
