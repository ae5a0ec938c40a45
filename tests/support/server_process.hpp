#pragma once
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "support/world.hpp"

namespace hotdesk::support {

/// A real `hotdesk serve` on a free port in the world's folder; ended by its process id.
class ServerProcess {
 public:
  /// `binary`: HOTDESK_BINARY of the test's build unless named. `overrides`: a JSON object merged into the
  /// configuration (RFC 7396), e.g. {"limits": {"exempt": ["127.0.0.0/8"]}}.
  explicit ServerProcess(const World& world, const std::string& overrides = "{}", std::string binary = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Starts it and waits until it says which port it took; throws with its words when it does not start.
  void start();
  void kill9();
  /// SIGTERM; @return its exit status.
  int terminate();
  void pause();   ///< SIGSTOP
  void resume();  ///< SIGCONT
  bool running();
  std::uint16_t port() const noexcept { return port_; }
  pid_t pid() const noexcept { return pid_; }
  std::string socket_path() const { return (folder_ / "run" / "hotdesk.sock").string(); }
  std::filesystem::path config_path() const { return folder_ / "hotdesk.json"; }
  std::string output() const;
  /// Resident bytes and number of mappings now.
  std::int64_t resident_bytes() const;
  std::int64_t mappings() const;
  /// User and system CPU, microseconds.
  std::int64_t cpu_us() const;

 private:
  int wait();
  std::filesystem::path folder_;
  std::string binary_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace hotdesk::support
