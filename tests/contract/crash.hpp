#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "contract/backend.hpp"

namespace hotdesk::contract {

struct CrashPlan {
  std::string point;           ///< failpoint at which the process kills itself; empty: the parent kills it
  int nth = 1;                 ///< the how-many-eth passing of that point
  int kill_after_answers = 0;  ///< with an empty point: once this many answers were seen
  int threads = 3;
  int messages = 400;          ///< per thread; the kill usually comes earlier
  unsigned seed = 1;
};

struct CrashResult {
  std::vector<std::string> wrong;  ///< empty: nothing lost, doubled or out of place
  std::size_t answered = 0;        ///< messages that were acknowledged before the death
  bool killed = false;
};

/// Runs a store in a child process under load until it is killed, opens the database again and compares it with what the
/// child had acknowledged; then everything is sent again with the same mids, as clients do. Call it before this process has
/// threads.
CrashResult run_crash(const Backend& backend, const std::filesystem::path& folder, const CrashPlan& plan);

}  // namespace hotdesk::contract
