// hotdesk user ticket: signed connect sets for tests and load generators, which cannot pay for a password hash each.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/people.hpp"
#include "app/secrets.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::app::cli {
namespace {

struct Wishes {
  std::string username;
  bool visitor = false;
  int count = 1;
  std::string site;
  std::string tenant;
};

std::string query_of(const tenants::ConnectSet& set) {
  return "site=" + set.site + "&role=" + set.role + "&user=" + set.user + "&ts=" + std::to_string(set.ts) + "&nonce=" + set.nonce +
         "&kid=" + set.kid + "&sig=" + set.sig;
}

Json to_json(const tenants::ConnectSet& set) {
  return {{"site", set.site}, {"role", set.role}, {"user", set.user}, {"ts", set.ts}, {"nonce", set.nonce}, {"kid", set.kid}, {"sig", set.sig}};
}

Result<std::string> site_code(const Config& config, const Wishes& wishes) {
  if (!wishes.site.empty()) return wishes.site;
  auto sites = find_sites(config, wishes.tenant);
  if (!sites) return sites.error();
  if (sites->empty()) return fail(Errc::not_found, "the tenant has no site");
  return find_string(sites->front(), "site").value_or("");
}

int ticket(const Line& line, const Wishes& wishes) {
  if (wishes.visitor != wishes.username.empty()) {
    std::cerr << "hotdesk: name a user, or --visitor for visitors that nobody has seen yet\n";
    return Exit::wrong_usage;
  }
  const auto config = line.config();
  if (!config) return Exit::failed;
  const auto master = load_master_key(*config);
  if (!master) return line.fail(master.error());
  const auto site = site_code(*config, wishes);
  if (!site) return line.fail(site.error());
  Json user;
  if (!wishes.visitor) {
    auto found = find_person(*config, wishes.tenant, wishes.username);
    if (!found) return line.fail(found.error());
    user = std::move(*found);
  }
  const SystemClock clock;
  const tenants::ConnectSigner signer(*master, config->public_host, clock);
  Json sets = Json::array();
  std::string words;
  for (int i = 0; i < wishes.count; ++i) {
    const auto set = wishes.visitor ? signer.sign_visitor(*site, make_uuid(clock.now_ms()))
                                    : signer.sign_staff(*site, tenants::parse_role(find_string(user, "role").value_or("")).value_or(tenants::Role::agent),
                                                        parse_uuid(find_string(user, "id").value_or("")).value_or(Uuid{}));
    words += "wss://" + config->public_host + "/ws?" + query_of(set) + "\n";
    sets.push_back({{"url", "wss://" + config->public_host + "/ws?" + query_of(set)}, {"connect", to_json(set)}});
  }
  return line.print(words, wishes.count == 1 ? sets.front() : Json{{"data", sets}});
}

}  // namespace

void add_user_ticket(CLI::App& user, Line& line) {
  auto* verb = user.add_subcommand("ticket", "Print a signed connect set: good once, for five minutes");
  const auto wishes = std::make_shared<Wishes>();
  verb->add_option("username", wishes->username, "Whose");
  verb->add_flag("--visitor", wishes->visitor, "For a visitor that nobody has seen yet");
  verb->add_option("--count", wishes->count, "How many, each with a nonce (and, with --visitor, a visitor) of its own")->check(CLI::Range(1, 100'000));
  verb->add_option("--site", wishes->site, "Site code (default: the tenant's first site)");
  verb->add_option("--tenant", wishes->tenant, "Id or name of the tenant, where there are several");
  verb->callback([&line, wishes] { line.chosen = [&line, wishes] { return ticket(line, *wishes); }; });
}

}  // namespace hotdesk::app::cli
