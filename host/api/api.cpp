#include "api/api.hpp"

#include "api/resources.hpp"

namespace hotdesk::api {

Api::Api(net::Router& router, const Services& services, const Options& options) : routes_(router, services, options) {
  add_agents(routes_);
  add_auth(routes_);
  add_conversations(routes_);
  add_health(routes_);
  add_knowledge(routes_);
  add_logs(routes_);
  add_overview(routes_);
  add_plugin_secrets(routes_);
  add_plugin_grants(routes_);
  add_plugin_packages(routes_);
  add_plugin_trust(routes_);
  add_plugins(routes_);
  add_plugin_rollout(routes_);
  add_sites(routes_);
  add_tenant(routes_);
  add_tickets(routes_);
  add_users(routes_);
  add_visitor_pages(routes_);
  add_visitor_session(routes_);
  add_visitors(routes_);
}

}  // namespace hotdesk::api
