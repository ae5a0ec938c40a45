#pragma once
#include <optional>

#include "net/http.hpp"

namespace hotdesk::net {

/// Whether the client asks for a WebSocket at all.
bool wants_websocket(const HttpRequest& request) noexcept;
/// What is wrong with the form of the upgrade (RFC 6455 §4.2.1): 400, or 426 for another version. nullopt: nothing.
std::optional<HttpResponse> check_upgrade(const HttpRequest& request, bool http_1_1);

}  // namespace hotdesk::net
