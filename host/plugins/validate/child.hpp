#pragma once
#include <chrono>
#include <string>
#include <vector>

namespace hotdesk::plugins::validate {

/// How a program ended that was started to do one thing.
struct ChildEnd {
  std::string output;   ///< what it wrote to the descriptor it was given, at most 256 KiB
  std::string problem;  ///< "was killed by signal 11 (Segmentation fault)", "took longer than 60 s", …; empty: it ended well
  std::string words;    ///< the end of what it wrote to standard output and error
};

/// Runs a program to its end, in a process group of its own, which dies with the caller and with its time limit. The string
/// "{fd}" in `command` becomes the descriptor to write to. No core is dumped. Thread: one.
ChildEnd run_child(const std::vector<std::string>& command, std::chrono::milliseconds limit);

}  // namespace hotdesk::plugins::validate
