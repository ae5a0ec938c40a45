// hotdesk init: from nothing to a server that can be started. Makes what is missing and replaces nothing.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/records.hpp"
#include "app/open_store.hpp"
#include "app/secrets.hpp"
#include "crypto/certificate.hpp"

namespace hotdesk::app::cli {
namespace {

namespace fs = std::filesystem;

struct Wishes {
  std::int64_t port = 8443;
  std::string host;
  std::string plugins;
  std::string web;
  std::vector<std::string> settings;
  std::string tenant = "Hotdesk";
  std::string site = "Website";
  std::vector<std::string> origins;
  std::string admin = "admin";
  std::string agent;
  bool configures() const { return port != 8443 || !host.empty() || !plugins.empty() || !web.empty() || !settings.empty(); }
};

/// A new file and its content, durable; an existing one is an error.
Result<> write_new(const fs::path& path, std::string_view text, mode_t mode) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return fail(Errc::storage, std::string("cannot be made: ") + std::strerror(errno), path.string());
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) {
    ::unlink(path.c_str());
    return fail(Errc::storage, "cannot be written; is the disk full?", path.string());
  }
  return {};
}

Result<Config> configure(const std::string& path, const Wishes& wishes) {
  if (fs::exists(path)) {
    if (wishes.configures())
      return fail(Errc::conflict, "is there already; edit it instead of giving --port, --host, --plugins, --web or --set", path);
    return load_config(path);
  }
  Config config;
  config.listen.port = wishes.port;
  config.public_host = wishes.host.empty() ? "localhost:" + std::to_string(wishes.port) : wishes.host;
  if (!wishes.plugins.empty()) config.plugins.path = fs::absolute(wishes.plugins).lexically_normal().string();
  if (!wishes.web.empty()) config.web.path = fs::absolute(wishes.web).lexically_normal().string();
  for (const auto& setting : wishes.settings)
    if (const auto set = set_config(config, setting); !set) return set.error();
  const std::string text =
      "// Every key, what it does and what is allowed: hotdesk.example.json. Restart the server after a change.\n" + write_config(config);
  if (const auto good = parse_config(text); !good) return good.error();
  if (const auto written = write_new(fs::absolute(path), text, 0640); !written) return written.error();
  return load_config(path);
}

Result<> make_folders(const Config& config) {
  for (const auto& [folder, rights] : {std::pair{config.data_dir, fs::perms::owner_all},
                                       std::pair{config.run_dir, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec}}) {
    std::error_code error;
    if (fs::create_directories(folder, error) && !error) fs::permissions(folder, rights, error);
    if (error) return fail(Errc::storage, "the folder cannot be made: " + error.message(), folder);
  }
  return {};
}

Result<> make_master_key(const Config& config) {
  const auto source = master_key_source(config);
  if (source.file.empty() || fs::exists(source.file)) return {};
  if (fs::exists(config.database_path()))
    return fail(Errc::not_found, "the master key is gone, but there is a database sealed with it; put the key back from where you keep it",
                source.file.string());
  std::error_code error;
  if (fs::create_directories(source.file.parent_path(), error)) fs::permissions(source.file.parent_path(), fs::perms::owner_all, error);
  return crypto::make_master_key_file(source.file);
}

Result<> make_certificate(const Config& config) {
  if (fs::exists(config.tls.certificate) || fs::exists(config.tls.key)) return {};
  std::string host = config.public_host.substr(0, config.public_host.rfind(':') == std::string::npos || config.public_host.ends_with(']')
                                                      ? std::string::npos
                                                      : config.public_host.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::vector<std::string> names{host};
  for (const char* own : {"localhost", "127.0.0.1", "::1"})
    if (host != own) names.emplace_back(own);
  const auto pair = crypto::make_self_signed(names);
  if (!pair) return pair.error();
  if (const auto written = write_new(config.tls.key, pair->key, 0400); !written) return written;
  return write_new(config.tls.certificate, pair->certificate, 0644);
}

struct Made {
  tenants::Tenant tenant;
  tenants::Site site;
  NewUser admin;
  std::optional<NewUser> agent;
};

Result<Made> make_records(store::Store& store, const Config& config, const Wishes& wishes) {
  const SystemClock clock;
  auto tenants = store.tenants().list_tenants();
  if (!tenants) return tenants.error();
  Made made;
  if (tenants->empty()) {
    auto tenant = make_tenant(store, clock, wishes.tenant);
    if (!tenant) return tenant.error();
    made.tenant = tenant->tenant;
  } else {
    made.tenant = tenants->front();
    const auto users = store.users().list_users(made.tenant.id);
    if (!users) return users.error();
    // A tenant without accounts is an earlier init that was cut off: carry on with it.
    if (tenants->size() > 1 || !users->empty())
      return fail(Errc::conflict, "is set up already; `hotdesk user add` makes accounts, `hotdesk user passwd` sets a lost password anew",
                  config.data_dir);
  }
  const auto sites = store.sites().list_sites(made.tenant.id);
  if (!sites) return sites.error();
  if (sites->empty()) {
    auto site = make_site(store, clock, made.tenant.id, wishes.site, wishes.origins);
    if (!site) return site.error();
    made.site = *site;
  } else {
    made.site = sites->front();
  }
  if (!wishes.agent.empty()) {
    auto agent = make_user(store, clock, made.tenant.id, wishes.agent, wishes.agent, tenants::Role::agent, "");
    if (!agent) return agent.error();
    made.agent = *agent;
  }
  // Last: an admin is the sign that nothing is missing.
  auto admin = make_user(store, clock, made.tenant.id, wishes.admin, wishes.admin, tenants::Role::admin, "");
  if (!admin) return admin.error();
  made.admin = *admin;
  return made;
}

int print_made(const Line& line, const Config& config, const Made& made) {
  const auto login = [](const NewUser& user) { return Json{{"username", user.user.username}, {"password", user.password}}; };
  Json value{{"address", config.address()},
             {"config", config.file},
             {"tenant", {{"id", made.tenant.id.text()}, {"name", made.tenant.name}}},
             {"site", {{"code", made.site.code}, {"name", made.site.name}}},
             {"admin", login(made.admin)},
             {"agent", made.agent ? login(*made.agent) : Json()}};
  if (!made.site.keys.empty()) value["site"]["key"] = {{"kid", made.site.keys.front().kid}, {"secret", made.site.keys.front().secret}};
  std::string words = "Address    " + config.address() + "/admin/\nLogin      " + made.admin.user.username + "\nPassword   " + made.admin.password +
                      "\nSite code  " + made.site.code + "\n";
  if (made.agent)
    words += "Agent      " + made.agent->user.username + " at " + config.address() + "/agent/\nPassword   " + made.agent->password + "\n";
  words += "Passwords are shown this once. Keep a copy of the master key apart from the data: " + config.master_key + "\n";
  return line.print(words, value);
}

int init(const Line& line, const Wishes& wishes) {
  ::umask(0077);
  auto config = configure(line.config_path, wishes);
  if (!config) return line.fail(config.error());
  for (const auto& make : {make_folders, make_master_key, make_certificate})
    if (const auto made = make(*config); !made) return line.fail(made.error());
  auto offline = open_offline(*config, true);
  if (!offline) return line.fail(offline.error());
  auto made = make_records(*offline->store, *config, wishes);
  if (!made) return line.fail(made.error());
  return print_made(line, *config, *made);
}

}  // namespace

void add_init(CLI::App& app, Line& line) {
  auto* command = app.add_subcommand("init", "Make configuration, keys, certificate, database, tenant, site and admin");
  const auto wishes = std::make_shared<Wishes>();
  command->add_option("--port", wishes->port, "Port for HTTPS and WSS")->check(CLI::Range(0, 65'535))->capture_default_str();
  command->add_option("--host", wishes->host, "Public host name, with the port unless it is 443 (default: localhost:PORT)");
  command->add_option("--plugins", wishes->plugins, "Folder of the plugins");
  command->add_option("--web", wishes->web, "Folder of the built pages");
  command->add_option("--set", wishes->settings, "KEY=VALUE for any other key of the configuration; may be repeated");
  command->add_option("--tenant", wishes->tenant, "Name of the tenant")->capture_default_str();
  command->add_option("--site", wishes->site, "Name of the site")->capture_default_str();
  command->add_option("--origin", wishes->origins, "Origin the widget may be shown on, such as https://shop.example; may be repeated");
  command->add_option("--admin", wishes->admin, "User name of the admin")->capture_default_str();
  command->add_option("--agent", wishes->agent, "Make an agent of this name too");
  command->callback([&line, wishes] { line.chosen = [&line, wishes] { return init(line, *wishes); }; });
}

}  // namespace hotdesk::app::cli
