#include <map>
#include <set>

#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
// Who may what, apart from the code: v visitor, a agent, m admin, o operator, l the machine's owner, n nobody at all.
const std::map<std::string, std::string> who = {
    {"POST /api/v1/auth/login", "vamoln"},
    {"POST /api/v1/auth/token", "vamoln"},
    {"POST /api/v1/auth/logout", "amol"},
    {"GET /api/v1/auth/me", "amol"},
    {"POST /api/v1/auth/password", "amol"},
    {"POST /api/v1/agent/ticket", "am"},
    {"POST /api/v1/visitor/session", "vamoln"},
    {"OPTIONS /api/v1/visitor/session", "vamoln"},
    {"POST /api/v1/visitor/page", "v"},
    {"OPTIONS /api/v1/visitor/page", "vamoln"},
    {"GET /api/v1/conversations", "am"},
    {"GET /api/v1/conversations/{id}", "vam"},
    {"GET /api/v1/conversations/{id}/messages", "vam"},
    {"POST /api/v1/conversations/{id}/assign", "am"},
    {"POST /api/v1/conversations/{id}/transfer", "am"},
    {"POST /api/v1/conversations/{id}/close", "vam"},
    {"POST /api/v1/conversations/{id}/reopen", "am"},
    {"POST /api/v1/conversations/{id}/rate", "vam"},
    {"POST /api/v1/conversations/{id}/labels", "am"},
    {"GET /api/v1/agents", "amol"},
    {"GET /api/v1/departments", "amol"},
    {"GET /api/v1/visitors/{id}", "am"},
    {"GET /api/v1/overview", "mol"},
    {"GET /api/v1/sites", "mol"},
    {"POST /api/v1/sites", "mol"},
    {"GET /api/v1/sites/{id}", "mol"},
    {"PATCH /api/v1/sites/{id}", "mol"},
    {"POST /api/v1/sites/{id}/keys", "mol"},
    {"DELETE /api/v1/sites/{id}/keys/{kid}", "mol"},
    {"GET /api/v1/users", "mol"},
    {"POST /api/v1/users", "mol"},
    {"GET /api/v1/users/{id}", "mol"},
    {"PATCH /api/v1/users/{id}", "mol"},
    {"POST /api/v1/users/{id}/password", "mol"},
    {"GET /api/v1/plugins", "mol"},
    {"GET /api/v1/plugins/{id}", "mol"},
    {"POST /api/v1/plugins/rescan", "ol"},
    {"POST /api/v1/plugins/{id}/activate", "mol"},
    {"POST /api/v1/plugins/{id}/canary", "mol"},
    {"POST /api/v1/plugins/{id}/promote", "mol"},
    {"POST /api/v1/plugins/{id}/rollback", "mol"},
    {"POST /api/v1/plugins/{id}/enable", "mol"},
    {"POST /api/v1/plugins/{id}/disable", "mol"},
    {"PUT /api/v1/plugins/{id}/config", "mol"},
    {"GET /api/v1/plugins/{id}/secrets", "mol"},
    {"PUT /api/v1/plugins/{id}/secrets/{name}", "mol"},
    {"DELETE /api/v1/plugins/{id}/secrets/{name}", "mol"},
    {"GET /api/v1/knowledge", "amol"},
    {"POST /api/v1/knowledge", "mol"},
    {"GET /api/v1/knowledge/search", "amol"},
    {"GET /api/v1/knowledge/{id}", "amol"},
    {"PATCH /api/v1/knowledge/{id}", "mol"},
    {"DELETE /api/v1/knowledge/{id}", "mol"},
    {"POST /api/v1/plugins/{id}/rollout", "mol"},
    {"POST /api/v1/plugins/{id}/rollout/pause", "mol"},
    {"POST /api/v1/plugins/{id}/rollout/resume", "mol"},
    {"POST /api/v1/plugins/{id}/rollout/stop", "mol"},
    {"POST /api/v1/plugins/{id}/shadow", "mol"},
    {"POST /api/v1/plugins/{id}/pin", "mol"},
    {"POST /api/v1/plugins/{id}/follow", "mol"},
    {"GET /api/v1/plugins/{id}/compare", "mol"},
    {"GET /api/v1/plugins/{id}/events", "mol"},
    {"POST /api/v1/plugins/{id}/health", "mol"},
    {"PUT /api/v1/plugins/{id}/policy", "mol"},
    {"PUT /api/v1/plugins/{id}/versions/{version}/mark", "ol"},
    {"DELETE /api/v1/plugins/{id}/versions/{version}/mark", "ol"},
    {"POST /api/v1/plugins/packages", "ol"},
    {"GET /api/v1/plugins/{id}/versions/{version}", "mol"},
    {"DELETE /api/v1/plugins/{id}/versions/{version}", "ol"},
    {"GET /api/v1/plugins/trust", "ol"},
    {"POST /api/v1/plugins/trust", "ol"},
    {"POST /api/v1/plugins/trust/{key_id}/revoke", "ol"},
    {"DELETE /api/v1/plugins/trust/{key_id}", "ol"},
    {"PUT /api/v1/plugins/{id}/minimum", "ol"},
    {"GET /api/v1/plugins/{id}/grant", "ol"},
    {"PUT /api/v1/plugins/{id}/grant", "ol"},
    {"DELETE /api/v1/plugins/{id}/grant", "ol"},
    {"GET /api/v1/login-log", "mol"},
    {"GET /api/v1/audit-log", "mol"},
    {"GET /api/v1/tenant", "amol"},
    {"PATCH /api/v1/tenant", "mol"},
    {"GET /api/healthz", "vamoln"},
    {"GET /livez", "vamoln"},
    {"GET /readyz", "vamoln"},
};

struct Roles : ApiTest {};

TEST_F(Roles, TheTableNamesEveryRouteAndNoOther) {
  std::set<std::string> registered;
  for (const auto& route : api_->routes()) registered.insert(route.method + " " + route.pattern);
  for (const auto& [route, _] : who) EXPECT_TRUE(registered.contains(route)) << route;
  for (const auto& route : registered) EXPECT_TRUE(who.contains(route)) << route;
}

TEST_F(Roles, EveryRouteAndCaller) {
  for (const auto& route : api_->routes()) {
    const std::string name = route.method + " " + route.pattern;
    // Ids of nobody: whoever gets in hears 400 or 404, whoever doesn't 401 or 403, and nothing changes.
    std::string target = route.pattern;
    const std::string nobody = "00000000-0000-4000-8000-000000000000";
    for (const std::string part : {"{id}", "{kid}"})
      if (const auto at = target.find(part); at != std::string::npos) target.replace(at, part.size(), part == "{id}" ? nobody : "k");
    const std::vector<std::pair<char, As>> callers = {{'n', {}},
                                                      {'v', visitor(a_, make_uuid(clock_.now_ms()))},
                                                      {'a', bearer(row(a_.agent2))},
                                                      {'m', cookie(row(a_.admin))},
                                                      {'o', bearer(row(a_.operator_))},
                                                      {'l', {.bearer = "", .cookie = "", .csrf = "", .local = true}}};
    for (const auto& [letter, as] : callers) {
      std::string url = target;
      if (as.local) url += "?tenant=" + a_.tenant.text();
      const nlohmann::json body = route.method == "GET" || route.method == "OPTIONS" ? nlohmann::json(nullptr) : nlohmann::json::object();
      const auto reply = ask(route.method, url, body, as, {{"Origin", "https://desk.example"}});
      const bool allowed = who.at(name).find(letter) != std::string::npos;
      if (allowed) {
        EXPECT_TRUE(reply.status != 401 && reply.status != 403 && reply.status < 500) << name << " as " << letter << ": " << reply.body.dump();
      } else {
        EXPECT_EQ(reply.status, letter == 'n' ? 401 : 403) << name << " as " << letter << ": " << reply.body.dump();
        EXPECT_FALSE(reply.body.value("trace_id", "").empty());
      }
    }
  }
}
}  // namespace
}  // namespace hotdesk::api
