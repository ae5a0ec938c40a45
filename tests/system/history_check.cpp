// hotdesk_history_check HISTORY DUMP: the checker as a program of its own. Exit status 0: all invariants hold.
#include <cstdio>
#include <fstream>

#include "system/checker.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: hotdesk_history_check HISTORY DUMP\n");
    return 2;
  }
  std::ifstream history(argv[1]);
  std::ifstream dump(argv[2]);
  if (!history || !dump) {
    std::fprintf(stderr, "cannot read %s\n", history ? argv[2] : argv[1]);
    return 2;
  }
  const auto verdict = hotdesk::system::check(history, dump);
  for (const auto& violation : verdict.violations) std::printf("VIOLATION %s\n", violation.c_str());
  std::printf("sent %lld, acked %lld, stored %lld, entries applied %lld by %lld devices: %zu violations\n", static_cast<long long>(verdict.sent),
              static_cast<long long>(verdict.acked), static_cast<long long>(verdict.stored), static_cast<long long>(verdict.applied),
              static_cast<long long>(verdict.devices), verdict.violations.size());
  return verdict.violations.empty() ? 0 : 1;
}
