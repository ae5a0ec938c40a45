#include "net/upgrade.hpp"

#include <algorithm>

#include "net/http_text.hpp"

namespace hotdesk::net {

namespace {
/// 16 bytes in base64: 22 characters and "==".
bool is_key(std::string_view key) noexcept {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  key.remove_suffix(2);
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  });
}
}  // namespace

bool wants_websocket(const HttpRequest& request) noexcept {
  return has_token(request.header("upgrade"), "websocket") && has_token(request.header("connection"), "upgrade");
}

std::optional<HttpResponse> check_upgrade(const HttpRequest& request, bool http_1_1) {
  if (request.method != "GET" || !http_1_1 || !is_key(request.header("sec-websocket-key")) ||
      !request.header("content-length").empty() || !request.header("transfer-encoding").empty())
    return problem(400, "bad_upgrade", "This is no valid WebSocket upgrade.");
  if (request.header("sec-websocket-version") != "13") {
    HttpResponse refusal = problem(426, "upgrade_required", "WebSocket version 13 is needed.");
    refusal.set("Sec-WebSocket-Version", "13");
    return refusal;
  }
  return std::nullopt;
}

}  // namespace hotdesk::net
