#include "app/checks.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "app/local_server.hpp"
#include "app/open_store.hpp"
#include "app/secrets.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "crypto/certificate.hpp"

namespace hotdesk::app {
namespace {

namespace fs = std::filesystem;

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return in ? text.str() : std::string();
}

std::string rights(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%03o", static_cast<unsigned>(mode & 0777));
  return text;
}

Check bad(std::string what, std::string found, std::string advice) {
  return {std::move(what), Verdict::bad, std::move(found), std::move(advice)};
}
Check warning(std::string what, std::string found, std::string advice) {
  return {std::move(what), Verdict::warning, std::move(found), std::move(advice)};
}
Check good(std::string what, std::string found) { return {std::move(what), Verdict::good, std::move(found), {}}; }

}  // namespace

Check check_data_folder(const Config& config) {
  const std::string what = "data folder";
  struct stat info {};
  if (::stat(config.data_dir.c_str(), &info) != 0)
    return bad(what, config.data_dir + " is not there", "run `hotdesk init`, or mend data_dir in " + config.file);
  if (::access(config.data_dir.c_str(), R_OK | W_OK | X_OK) != 0)
    return bad(what, config.data_dir + " cannot be read and written by this user", "chown it to the server's user, or run this check as that user");
  if ((info.st_mode & 077) != 0)
    return warning(what, config.data_dir + " has rights " + rights(info.st_mode), "others can read it: chmod 700 " + config.data_dir);
  return good(what, config.data_dir);
}

Check check_master_key(const Config& config) {
  const std::string what = "master key";
  const auto source = master_key_source(config);
  if (const auto key = load_master_key(config); !key) return bad(what, key.error().text, "the data cannot be read without it: put it back from where you keep it");
  if (source.file.empty()) return good(what, "from " + config.master_key.substr(0, config.master_key.find(':')));
  const auto inside = fs::weakly_canonical(source.file).string();
  if (inside.starts_with(fs::weakly_canonical(config.data_dir).string() + "/"))
    return warning(what, "lies inside the data folder", "whoever copies the data has the key too: move it out and change master_key");
  struct stat info {};
  if (::stat(source.file.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
    return bad(what, source.file.string() + " has rights " + rights(info.st_mode), "chmod 400 " + source.file.string());
  return good(what, source.file.string());
}

Check check_certificate(const Config& config) {
  const std::string what = "certificate";
  const std::string pem = read(config.tls.certificate);
  const std::string key = read(config.tls.key);
  if (pem.empty()) return bad(what, config.tls.certificate + " cannot be read", "run `hotdesk init`, or name the file in tls.certificate");
  if (key.empty()) return bad(what, config.tls.key + " cannot be read", "name the file in tls.key and let the server's user read it");
  const auto info = crypto::read_certificate(pem);
  if (!info) return bad(what, info.error().text, "put a PEM certificate into " + config.tls.certificate);
  if (!crypto::key_matches(pem, key)) return bad(what, "the key is another certificate's", "tls.certificate and tls.key must belong together");
  const SystemClock clock;
  const auto days = info->days_left(clock.now_ms());
  const std::string found = info->subject + ", " + std::to_string(days) + " days left" + (info->self_signed ? ", self-signed" : "");
  if (days < 0) return bad(what, found, "it has ended: renew it, then restart the server");
  if (days < 14) return warning(what, found, "renew it soon, then restart the server");
  return good(what, found);
}

Check check_database(const Config& config) {
  const std::string what = "database";
  if (auto server = LocalServer::find(config)) {
    // The running server holds the file; it knows.
    const auto health = server->call("GET", "/api/healthz");
    if (!health) return bad(what, health.error().text, "look at the server's log");
    const auto state = find_string(*health, "database").value_or("not mentioned");
    if (state != "OK") return bad(what, state, "look at the server's log");
    return good(what, "OK, says the running server");
  }
  auto offline = open_offline(config);
  if (!offline) return bad(what, offline.error().text, "see " + config.data_dir);
  if (const auto healthy = offline->store->health(); !healthy) return bad(what, healthy.error().text, "restore a backup, or look for disk errors");
  const auto tenants = offline->store->tenants().list_tenants();
  if (!tenants) return bad(what, tenants.error().text, "restore a backup, or look for disk errors");
  if (tenants->empty()) return bad(what, "no tenant", "run `hotdesk init`");
  return good(what, config.database_path() + ", " + std::to_string(tenants->size()) + (tenants->size() == 1 ? " tenant" : " tenants"));
}

Check check_plugins(const Config& config) {
  const std::string what = "plugins";
  if (auto server = LocalServer::find(config)) {
    auto plugins = server->list("/plugins");
    if (!plugins) return bad(what, plugins.error().text, "look at the server's log");
    std::string found;
    std::string failed;
    for (const Json& plugin : *plugins) {
      const auto id = find_string(plugin, "id").value_or("?");
      const auto state = find_string(plugin, "state").value_or("?");
      if (state == "failed" || state == "absent") failed += (failed.empty() ? "" : ", ") + id;
      const auto release = plugin.find("release");
      found += (found.empty() ? "" : ", ") + id + " " + (release == plugin.end() ? state : find_string(*release, "stable").value_or(state));
    }
    if (!failed.empty()) return bad(what, failed + " cannot run", "`hotdesk plugin status ID` says why");
    return good(what, found.empty() ? "none installed" : found);
  }
  std::error_code error;
  std::set<std::string> found;
  for (const auto& id : fs::directory_iterator(config.plugins.path, error))
    if (id.is_directory())
      for (const auto& version : fs::directory_iterator(id.path(), error))
        if (fs::exists(version.path() / "manifest.json")) found.insert(id.path().filename().string() + " " + version.path().filename().string());
  if (error) return warning(what, config.plugins.path + ": " + error.message(), "mend plugins.path in " + config.file);
  std::string words;
  for (const auto& one : found) words += (words.empty() ? "" : ", ") + one;
  return good(what, words.empty() ? "none installed" : words);
}

Check check_pages(const Config& config) {
  const fs::path web = config.web.path;
  for (const auto& [app, page] : {std::pair{"admin", "index.html"}, std::pair{"agent", "index.html"}, std::pair{"widget", "panel.html"}})
    if (!fs::exists(web / app / page) && !fs::exists(web / app / "dist" / page))
      return bad("pages", std::string(app) + "/" + page + " is missing from " + config.web.path,
                 "install the built pages there, or mend web.path in " + config.file);
  return good("pages", config.web.path);
}

Check check_disk(const Config& config) {
  struct statvfs info {};
  if (::statvfs(config.data_dir.c_str(), &info) != 0) return bad("disk", "cannot be asked", "is " + config.data_dir + " there?");
  const auto free_mb = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize >> 20;
  const auto share = info.f_blocks == 0 ? 100 : 100 * static_cast<std::uint64_t>(info.f_bavail) / info.f_blocks;
  const std::string found = std::to_string(free_mb) + " MB free (" + std::to_string(share) + " %)";
  if (free_mb < 200) return bad("disk", found, "make room: the server stops taking messages when the disk is full");
  if (free_mb < 2'000) return warning("disk", found, "make room before it runs out");
  return good("disk", found);
}

Check check_descriptors(const Config& config) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto hard = static_cast<std::uint64_t>(limit.rlim_max);
  const auto wanted = static_cast<std::uint64_t>(config.limits.connections) + 256;
  const std::string found = "nofile " + std::to_string(hard) + ", limits.connections " + std::to_string(config.limits.connections);
  if (hard < wanted)
    return warning("file descriptors", found, "raise nofile to " + std::to_string(wanted) + " (LimitNOFILE, minfds) or lower limits.connections");
  return good("file descriptors", found);
}

std::vector<Check> check_installation(const Config& config) {
  return {check_data_folder(config), check_master_key(config), check_certificate(config), check_database(config), check_websocket(config),
          check_plugins(config),     check_pages(config),      check_disk(config),        check_descriptors(config)};
}

}  // namespace hotdesk::app
