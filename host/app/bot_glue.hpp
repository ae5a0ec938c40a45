#pragma once
#include "conversations/bots.hpp"
#include "delivery/delivery.hpp"

namespace hotdesk::app {

/// Shows a piece of a bot's answer to the visitor's sockets.
void show_delta(delivery::Delivery& delivery, const conversations::Delta& delta);

/// Passes what a plugin wrote through the filters of everybody else. `then` comes once, on any thread.
struct PluginText {
  Uuid tenant;
  Uuid conversation;
  Uuid visitor;
  std::string component;
  std::string kind = "text";
  std::string text;
  tenants::Role role = tenants::Role::bot;
};
void check_plugin_text(delivery::Filter& filter, PluginText text, std::function<void(conversations::Checked&&)> then);

}  // namespace hotdesk::app
