#pragma once
#include <memory>
#include <string>
#include <vector>

#include "plugins/host_services.hpp"
#include "plugins/instance.hpp"
#include "plugins/runner/process.hpp"
#include "plugins/sealed_file.hpp"

namespace hotdesk::plugins::runner {

/// All that is needed to make an instance in a new process, as often as it takes. Constant.
struct Blueprint {
  std::string plugin;
  std::string version;
  std::string tag;  ///< "id@version"
  std::string build_id;
  std::vector<std::string> provides;
  std::string interpreter;  ///< empty: the file is a native library
  SealedFile file;
  std::string file_hash;    ///< lower-case hex SHA-256 of `file`
  Instance::Parts parts;

  bool has(std::string_view extension) const noexcept {
    for (const auto& one : provides)
      if (one == extension) return true;
    return false;
  }
};

/// When what is done with a runner; tests shorten them.
struct Rhythm {
  std::chrono::milliseconds start{10'000};       ///< from spawn to loaded
  std::chrono::milliseconds first_delay{100};    ///< before the first restart; doubles
  std::chrono::milliseconds longest_delay{30'000};
  std::chrono::milliseconds well_after{60'000};  ///< alive so long: the delay begins anew
  std::size_t most_crashes = 5;                  ///< within `well_after`; one more stops it
  std::chrono::milliseconds ping_every{5'000};
  std::chrono::milliseconds silent{10'000};      ///< without a pong: killed
  std::chrono::milliseconds stuck{2'000};        ///< calls wait and nothing comes: killed
  std::chrono::milliseconds end{2'000};          ///< from bye to the end of the process
};

}  // namespace hotdesk::plugins::runner
