#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace hotdesk::system {

struct Verdict {
  std::vector<std::string> violations;  ///< "I1 …", at most 50
  std::int64_t sent = 0;
  std::int64_t acked = 0;
  std::int64_t stored = 0;
  std::int64_t applied = 0;
  std::int64_t devices = 0;
};

/// Proves PROTOCOL's invariants I1–I7, I9 and I10 from clients' histories and a dump alone (see support/history.hpp and
/// dump.hpp for the lines). It shares no code with the server. Clients must have been quiet and connected at the end.
Verdict check(std::istream& history, std::istream& dump);

}  // namespace hotdesk::system
