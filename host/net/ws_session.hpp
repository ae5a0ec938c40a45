#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/connection.hpp"
#include "net/stream.hpp"
#include "net/websocket.hpp"
#include "net/ws_client.hpp"

namespace hotdesk::net {

/// Answers the upgrade with 101 and lets `accept.handler` live on the socket; on_open() comes when the answer is written.
/// `upgrade` was checked by is_good_upgrade(). Thread: the place's loop.
void accept_websocket(Stream stream, const HttpRequest& upgrade, UpgradeAccept accept, const WebSocketLimits& limits,
                      const Place& place, Ticket ticket);

/// The client's side, after the TLS handshake. `timeout_s` for the upgrade.
void start_client_websocket(Stream stream, const WsTarget& target, std::unique_ptr<WebSocketHandler> handler,
                            std::function<void(WsRefusal)> failed, const Place& place, int timeout_s);

}  // namespace hotdesk::net
