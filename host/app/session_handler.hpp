#pragma once
#include <memory>

#include "delivery/session.hpp"
#include "net/websocket.hpp"

namespace hotdesk::app {

/// Puts a delivery session on a WebSocket. The session may outlive the socket by what it has under way.
class SessionHandler final : public net::WebSocketHandler {
 public:
  explicit SessionHandler(std::shared_ptr<delivery::Session> session) : session_(std::move(session)) {}
  void on_open(net::WebSocket& socket) override { session_->on_open(socket); }
  void on_text(std::string_view text) override { session_->on_text(text); }
  void on_binary(std::string_view) override { session_->on_binary(); }
  void on_closed(std::uint16_t, bool) override { session_->on_closed(); }

 private:
  std::shared_ptr<delivery::Session> session_;
};

}  // namespace hotdesk::app
