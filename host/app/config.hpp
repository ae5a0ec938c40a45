#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hotdesk::app {

/// Who runs the server: one customer on its own machine, or an operator with many tenants.
enum class DeploymentMode : std::uint8_t { self_hosted, saas };

/// What one process is told at start. The member initialisers are the documented defaults; config_keys.cpp has each key's
/// unit, range and effect. Folders and files are absolute once load_config() returned.
struct Config {
  std::string file;  ///< where it was read from; empty in tests

  DeploymentMode deployment_mode = DeploymentMode::self_hosted;
  std::string tenant_id;  ///< SelfHosted: the one tenant; empty: the only one in the store

  std::string public_host = "localhost:8443";  ///< as in the signed connect set, lower case, no ":443"
  struct Listen {
    std::string address = "0.0.0.0";
    std::int64_t port = 8443;  ///< 0: any free one (tests); the port taken is written to run_dir/port
  } listen;
  std::string data_dir = "../data";
  std::string run_dir = "../run";
  struct Tls {
    std::string certificate = "../keys/server.crt";
    std::string key = "../keys/server.key";
  } tls;
  std::string master_key = "file:../keys/master.key";  ///< "file:PATH", "env:NAME" or "command:LINE"
  struct Folder {
    std::string path;
  };
  struct Plugins {
    std::string path = "../plugins";
    std::string trust_store;  ///< empty: trust.json in data_dir
    std::string python;  ///< interpreter; empty: plugins in Python are refused
    bool allow_dev = false;
  } plugins;
  Folder web{"../web"};
  struct Log {
    std::string level = "info";
    std::string file;  ///< empty: standard error
  } log;

  std::int64_t loops = 0;  ///< event loops (threads); 0: one a processor
  struct Store {
    std::int64_t readers = 4;
    std::int64_t batch = 256;
  } store;

  struct Heartbeat {
    std::int64_t interval_ms = 25'000;
    std::int64_t timeout_ms = 60'000;
    std::int64_t hello_ms = 10'000;
  } heartbeat;
  struct Sessions {
    std::int64_t reopen_window_s = 86'400;
    std::int64_t presence_grace_ms = 15'000;
    std::int64_t staff_hours = 12;
    std::int64_t visitor_days = 30;
    std::int64_t drain_spread_ms = 5'000;
  } sessions;
  /// Of the protocol, per user and device.
  struct Limits {
    std::int64_t frame_bytes = 65'536;
    std::int64_t text_code_points = 10'000;
    std::int64_t visitor_pubs = 20;  ///< in 10 s
    std::int64_t agent_pubs = 60;
    std::int64_t window = 16;
    std::int64_t page = 100;
    std::int64_t devices = 20;
    std::int64_t lag_bytes = 262'144;
    std::int64_t outbox_bytes = 1'048'576;
    std::int64_t login_tries = 5;
    std::int64_t password_hashes = 2;
    // Of the process and per address.
    std::int64_t connections = 18'000;
    std::int64_t connections_per_address = 2'000;
    std::int64_t connects_per_second = 100;
    std::int64_t connects_burst = 1'000;
    std::int64_t handshakes = 512;
    std::int64_t upgrades_per_second = 0;
    std::int64_t header_bytes = 16'384;
    std::int64_t requests = 200;         ///< of one address, in 10 s
    std::int64_t logins = 10;            ///< of one address, in 60 s
    std::int64_t visitor_sessions = 60;  ///< of one address, in 60 s
    std::vector<std::string> exempt;  ///< addresses without rates (load generators)
  } limits;
  struct Timeouts {
    std::int64_t handshake_s = 10;
    std::int64_t header_s = 10;
    std::int64_t body_s = 30;
    std::int64_t handler_s = 120;
    std::int64_t write_s = 30;
    std::int64_t idle_s = 60;
  } timeouts;

  std::string port_file() const { return run_dir + "/port"; }  ///< the port taken, as text
  std::string socket_path() const { return run_dir + "/hotdesk.sock"; }
  std::string trust_path() const { return plugins.trust_store.empty() ? data_dir + "/trust.json" : plugins.trust_store; }
  std::string packages_path() const { return data_dir + "/plugins"; }  ///< what was uploaded
  std::string database_path() const { return data_dir + "/hotdesk.db"; }
  /// "https://" + public_host.
  std::string address() const { return "https://" + public_host; }
};

/// Reads configuration text: JSON in which `//` comments are allowed. Unknown keys, wrong types, values out of range, keys
/// given twice and sections of later versions are refused; the error's `where` is "line N" and its text names the key and
/// what is allowed. Relative paths stay relative.
Result<Config> parse_config(std::string_view text);

/// Sets one key as the command line gives it: "limits.page=50", "log.level=debug", "limits.exempt=[\"127.0.0.1\"]".
/// The same checks as in a file; `where` is the key.
Result<> set_config(Config& config, std::string_view setting);

/// Reads and parses a file, and makes its relative paths absolute, from the folder the file is in.
Result<Config> load_config(const std::string& path);

/// The text of conf/hotdesk.example.json: every key with its default, unit, what is allowed and what it does.
std::string make_example_config();

/// A configuration file's text with the values of `config`; comments are left to the example.
std::string write_config(const Config& config);

}  // namespace hotdesk::app
