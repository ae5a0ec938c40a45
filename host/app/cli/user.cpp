// hotdesk user add | list | passwd (ticket: user_ticket.cpp)
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/people.hpp"
#include "app/cli/records.hpp"
#include "app/cli/table.hpp"
#include "app/local_server.hpp"
#include "app/open_store.hpp"
#include "crypto/password.hpp"
#include "tenants/accounts.hpp"

namespace hotdesk::app::cli {
namespace {

struct Wishes {
  std::string username;
  std::string name;
  std::string role = "agent";
  std::string tenant;
  bool password_stdin = false;
};

Result<std::string> read_password(bool wanted) {
  std::string password;
  if (wanted && !std::getline(std::cin, password)) return fail(Errc::invalid, "no password on standard input");
  if (wanted && password.empty()) return fail(Errc::invalid, "the password on standard input is empty");
  return password;
}

int print_login(const Line& line, const std::string& username, const std::string& password, const Json& user) {
  std::string words = "Login     " + username + "\n";
  if (!password.empty()) words += "Password  " + password + "\nIt is shown this once.\n";
  return line.print(words, Json{{"user", user}, {"password", password.empty() ? Json() : Json(password)}});
}

int add(const Line& line, const Wishes& wishes) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  const auto password = read_password(wishes.password_stdin);
  if (!password) return line.fail(password.error());
  if (auto server = LocalServer::find(*config)) {
    const auto scope = tenant_query(*server, wishes.tenant);
    if (!scope) return line.fail(scope.error());
    Json body{{"username", wishes.username}, {"name", wishes.name.empty() ? wishes.username : wishes.name}, {"role", wishes.role}};
    if (!password->empty()) body["password"] = *password;
    auto made = server->call("POST", "/users" + *scope, dump_json(body));
    if (!made) return line.fail(made.error());
    return print_login(line, wishes.username, find_string(*made, "password").value_or(""), made->value("user", Json()));
  }
  auto offline = open_offline(*config);
  if (!offline) return line.fail(offline.error());
  const auto tenant = choose_tenant(*offline->store, wishes.tenant.empty() ? config->tenant_id : wishes.tenant);
  if (!tenant) return line.fail(tenant.error());
  const SystemClock clock;
  const auto made = make_user(*offline->store, clock, tenant->id, wishes.username, wishes.name, tenants::parse_role(wishes.role).value(), *password);
  if (!made) return line.fail(made.error());
  return print_login(line, made->user.username, password->empty() ? made->password : "", to_json(made->user));
}

int list(const Line& line, const Wishes& wishes) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  auto people = find_people(*config, wishes.tenant);
  if (!people) return line.fail(people.error());
  std::vector<std::vector<std::string>> rows;
  for (const Json& user : *people)
    rows.push_back({find_string(user, "username").value_or(""), find_string(user, "name").value_or(""), find_string(user, "role").value_or(""),
                    find_bool(user, "active").value_or(true) ? "active" : "disabled", find_string(user, "last_login_at").value_or("never")});
  return line.print(table({"LOGIN", "NAME", "ROLE", "STATE", "LAST LOG-IN"}, rows), Json{{"data", *people}});
}

int passwd(const Line& line, const Wishes& wishes) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  if (auto server = LocalServer::find(*config)) {
    if (wishes.password_stdin)
      return line.fail(hotdesk::fail(Errc::unsupported, "while the server runs a password is generated; leave --password-stdin out, or stop the server first"));
    auto user = find_person(*config, wishes.tenant, wishes.username);
    if (!user) return line.fail(user.error());
    auto made = server->call("POST", "/users/" + find_string(*user, "id").value_or("") + "/password" + tenant_query_of(*user), "{}");
    if (!made) return line.fail(made.error());
    return print_login(line, wishes.username, find_string(*made, "password").value_or(""), *user);
  }
  const auto wanted = read_password(wishes.password_stdin);
  if (!wanted) return line.fail(wanted.error());
  auto offline = open_offline(*config);
  if (!offline) return line.fail(offline.error());
  auto user = offline->store->users().find_user_by_name(wishes.username);
  if (!user) return line.fail(user.error());
  if (!*user) return line.fail(hotdesk::fail(Errc::not_found, "no user \"" + wishes.username + "\"; `hotdesk user list` shows them"));
  const std::string password = wanted->empty() ? tenants::make_password() : *wanted;
  if (const auto good = tenants::check_password(password, (*user)->username); !good) return line.fail(good.error());
  (*user)->password_hash = crypto::hash_password(password);
  ++(*user)->gen;  // what was logged in with the old one ends
  const SystemClock clock;
  const auto stored = offline->store->users().update_user(**user, audit(clock, "user.password", (*user)->username));
  if (!stored) return line.fail(stored.error());
  return print_login(line, (*user)->username, wanted->empty() ? password : "", to_json(**user));
}

}  // namespace

void add_user(CLI::App& app, Line& line) {
  auto* command = app.add_subcommand("user", "Accounts of agents, admins and operators");
  command->require_subcommand(1);
  const auto wishes = std::make_shared<Wishes>();
  const auto tenant = [&](CLI::App* verb) { verb->add_option("--tenant", wishes->tenant, "Id or name of the tenant, where there are several"); };
  const auto run = [&](CLI::App* verb, int (*work)(const Line&, const Wishes&)) {
    verb->callback([&line, wishes, work] { line.chosen = [&line, wishes, work] { return work(line, *wishes); }; });
  };

  auto* verb = command->add_subcommand("add", "Make an account; prints its password once");
  verb->add_option("username", wishes->username, "User name for the log-in")->required();
  verb->add_option("--name", wishes->name, "The name people see");
  verb->add_option("--role", wishes->role, "agent, admin or operator")->check(CLI::IsMember({"agent", "admin", "operator"}))->capture_default_str();
  verb->add_flag("--password-stdin", wishes->password_stdin, "Read the password from standard input instead of making one");
  tenant(verb);
  run(verb, add);

  verb = command->add_subcommand("list", "List the accounts");
  tenant(verb);
  run(verb, list);

  verb = command->add_subcommand("passwd", "Set a lost password anew; ends what was logged in with the old one");
  verb->add_option("username", wishes->username, "User name")->required();
  verb->add_flag("--password-stdin", wishes->password_stdin, "Read the password from standard input instead of making one");
  tenant(verb);
  run(verb, passwd);

  add_user_ticket(*command, line);
}

}  // namespace hotdesk::app::cli
