#pragma once
#include <string>
#include <vector>

#include "app/config.hpp"

namespace hotdesk::app {

enum class Verdict { good, warning, bad };

/// One line of `hotdesk check`.
struct Check {
  std::string what;
  Verdict verdict = Verdict::good;
  std::string found;   ///< what was seen
  std::string advice;  ///< what to do; empty when good
};

/// Looks at everything a running server needs: folders, key, certificate, database, the WebSocket path, plugins, pages, disk
/// and file descriptors. Changes nothing. Blocks for some seconds at most.
std::vector<Check> check_installation(const Config& config);

// Its parts, each testable alone.
Check check_data_folder(const Config& config);
Check check_master_key(const Config& config);
Check check_certificate(const Config& config);
Check check_database(const Config& config);
Check check_websocket(const Config& config);
Check check_plugins(const Config& config);
Check check_pages(const Config& config);
Check check_disk(const Config& config);
Check check_descriptors(const Config& config);

}  // namespace hotdesk::app
