// What the host is for its runners, without the rest of the host.
#include <string>
#include <vector>

#include "plugins/runner/child.hpp"

int main(int argc, char** argv) {
  if (argc < 2 || std::string(argv[1]) != "plugin-runner") return 2;
  return hotdesk::plugins::runner::run_child({argv + 2, argv + argc});
}
