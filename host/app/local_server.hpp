#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "net/http_client.hpp"

namespace hotdesk::app {

/// A running server, as the command line reaches it: REST over run_dir/hotdesk.sock, allowed by the peer's user id.
class LocalServer {
 public:
  /// nullopt: no server answers on that socket (none runs, or what lies there is left over from one that died).
  static std::optional<LocalServer> find(const Config& config);

  /// `target` below /api/v1, e.g. "/plugins", or whole when it begins with "/api/"; `body` empty: none. A problem+json answer
  /// becomes an Error with its words.
  Result<Json> call(std::string_view method, std::string_view target, std::string_view body = {}, std::string_view type = "application/json");
  /// All rows of a list, page by page.
  Result<Json> list(std::string target);

 private:
  explicit LocalServer(net::HttpClient client) : client_(std::move(client)) {}
  net::HttpClient client_;
};

}  // namespace hotdesk::app
