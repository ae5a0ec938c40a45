#pragma once
#include "api/routes.hpp"

namespace hotdesk::api {

// One function a resource, in the file of that name: each registers its routes.
void add_agents(Routes& routes);
void add_auth(Routes& routes);
void add_conversations(Routes& routes);
void add_health(Routes& routes);
void add_knowledge(Routes& routes);
void add_logs(Routes& routes);
void add_overview(Routes& routes);
void add_plugin_secrets(Routes& routes);
void add_plugin_grants(Routes& routes);
void add_plugin_packages(Routes& routes);
void add_plugin_trust(Routes& routes);
void add_plugins(Routes& routes);
void add_plugin_rollout(Routes& routes);
void add_sites(Routes& routes);
void add_tenant(Routes& routes);
void add_tickets(Routes& routes);
void add_users(Routes& routes);
void add_visitor_pages(Routes& routes);
void add_visitor_session(Routes& routes);
void add_visitors(Routes& routes);

}  // namespace hotdesk::api
