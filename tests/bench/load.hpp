#pragma once
#include <cstdint>
#include <string>

#include "base/json.hpp"

namespace hotdesk::bench {

struct LoadOptions {
  std::string mode = "messages";  ///< messages, idle, storm
  int pairs = 50;
  int clients = 2'000;            ///< idle, storm
  std::int64_t rate = 0;          ///< messages a second in all, open loop; 0: closed loop
  int outstanding = 4;            ///< closed loop: of each sender
  int seconds = 10;
  int warm_up = 2;
  int loops = 1;
  int text_bytes = 100;
  std::string binary;             ///< empty: the build's own
};

/// Starts a server of its own on loopback, loads it, stops it. The result is one JSON object with units in its names.
Json run_load(const LoadOptions& options);

}  // namespace hotdesk::bench
