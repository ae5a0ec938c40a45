#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/people.hpp"
#include "app/cli/records.hpp"
#include "app/cli/table.hpp"
#include "app/local_server.hpp"
#include "app/open_store.hpp"
#include "base/text.hpp"

namespace hotdesk::app::cli {
namespace {

Json to_json(const tenants::Tenant& tenant) {
  return {{"id", tenant.id.text()}, {"name", tenant.name}, {"created_at", to_rfc3339(tenant.created_at)}};
}

int print_tenants(const Line& line, const Json& tenants) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& tenant : tenants)
    rows.push_back({find_string(tenant, "id").value_or(""), find_string(tenant, "name").value_or(""), find_string(tenant, "created_at").value_or("")});
  return line.print(table({"ID", "NAME", "CREATED"}, rows), Json{{"data", tenants}});
}

int list(const Line& line) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  if (auto server = LocalServer::find(*config)) {
    auto tenants = list_tenants(*server);
    return tenants ? print_tenants(line, *tenants) : line.fail(tenants.error());
  }
  auto offline = open_offline(*config);
  if (!offline) return line.fail(offline.error());
  const auto tenants = offline->store->tenants().list_tenants();
  if (!tenants) return line.fail(tenants.error());
  Json rows = Json::array();
  for (const auto& tenant : *tenants) rows.push_back(to_json(tenant));
  return print_tenants(line, rows);
}

int create(const Line& line, const std::string& name) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  if (config->deployment_mode == DeploymentMode::self_hosted)
    return line.fail(hotdesk::fail(Errc::unsupported, "DeploymentMode SelfHosted serves one tenant; set it to SaaS in " + config->file + " for more"));
  const auto print = [&](const Json& tenant) {
    return line.print("Tenant  " + find_string(tenant, "id").value_or("") + "\nNext: hotdesk user add NAME --role admin --tenant " +
                          find_string(tenant, "id").value_or("") + "\n",
                      tenant);
  };
  if (auto server = LocalServer::find(*config)) {
    auto made = server->call("POST", "/tenants", dump_json(Json{{"name", name}}));
    return made ? print(*made) : line.fail(made.error());
  }
  auto offline = open_offline(*config);
  if (!offline) return line.fail(offline.error());
  const SystemClock clock;
  const auto made = make_tenant(*offline->store, clock, name);
  return made ? print(to_json(made->tenant)) : line.fail(made.error());
}

}  // namespace

void add_tenant(CLI::App& app, Line& line) {
  auto* command = app.add_subcommand("tenant", "Tenants: the customers of this installation");
  command->require_subcommand(1);
  command->add_subcommand("list", "List the tenants")->callback([&line] { line.chosen = [&line] { return list(line); }; });
  auto* add = command->add_subcommand("create", "Make a tenant with its department");
  const auto name = std::make_shared<std::string>();
  add->add_option("name", *name, "Its name")->required();
  add->callback([&line, name] { line.chosen = [&line, name] { return create(line, *name); }; });
}

}  // namespace hotdesk::app::cli
