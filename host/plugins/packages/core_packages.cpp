#include <algorithm>

#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/packages/depot.hpp"
#include "plugins/packages/durable_file.hpp"
#include "plugins/packages/package_view.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_manifest = 256 * 1024;

}  // namespace

std::shared_ptr<Depot> make_depot(const Options& options, const Clock&) {
  if (options.packages.empty()) return nullptr;
  return std::make_shared<Depot>(make_folder_storage(options.packages), Depot::Options{options.trust_store, options.allow_dev});
}

/// Neither kind of package can keep the other from running: what is wrong with a folder is logged where the other is there.
Result<std::vector<Package>> Plugins::Core::find_packages() {
  auto packages = scan_packages(options_.path);
  if (!depot_) return packages;
  if (!packages) {
    log_(LogLevel::error, "plugins", packages.error().where + " " + packages.error().text);
    packages = std::vector<Package>{};
  }
  auto uploaded = depot_->scan(*packages);
  if (!uploaded) {
    log_(LogLevel::error, "plugins", "the uploaded packages cannot be read: " + uploaded.error().text);
    return packages;
  }
  packages->insert(packages->end(), std::make_move_iterator(uploaded->begin()), std::make_move_iterator(uploaded->end()));
  return packages;
}

void Plugins::Core::record(const By& by, std::string action, const std::string& target, const Scope& scope, std::string detail) {
  if (audit_) audit_(scope, audit_entry(by, std::move(action), target, scope, std::move(detail)));
}

Result<> Plugins::Core::install(const Verified& package, std::string_view bytes, const By& by) {
  const std::string& id = package.manifest.id;
  const std::string& name = package.manifest.version;
  if (const auto component = component_at(id)) {
    if (const Version* known = (*component)->find_version(name)) {
      if (!known->package.source)
        return fail(Errc::conflict, id + " " + name + " is part of this installation: give the package another version", "version");
      if (known->package.sha256 != package.sha256) {
        if (known->package.problem.empty())
          return fail(Errc::conflict, id + " " + name + " is there already with other content: raise the version, or erase it first", "version");
        if (const auto erased = depot_->erase(known->package.sha256); !erased) return erased;
      }
    }
  }
  if (const auto kept = depot_->keep(package, bytes, {clock_.now_ms(), by.name.empty() ? "system" : by.name}); !kept) return kept;
  if (const auto scanned = rescan(); !scanned) return scanned;
  record(by, "plugin.upload", id, std::nullopt,
         Detail().text("version", name).text("sha256", package.sha256).text("key_id", package.key_id).text("level", to_string(package.level)));
  return {};
}

Result<> Plugins::Core::erase_version(std::string_view id, std::string_view name, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const Version* version = (*component)->find_version(std::string(name));
  if (version == nullptr) return fail(Errc::not_found, std::string(id) + " has no version " + std::string(name.substr(0, 64)));
  if (!version->package.source || !depot_)
    return fail(Errc::conflict, std::string(id) + " " + std::string(name) + " is part of this installation: remove its folder from plugins.path");
  const auto names = [&](const auto& row) { return row.second.stable == name || row.second.candidate == name; };
  const auto draining = [&](const RetiredImage& one) { return one.image && one.image->manifest().version == name; };
  const auto& rows = (*component)->rows;
  if (version->is_loaded() || std::any_of(rows.begin(), rows.end(), names) ||
      std::any_of((*component)->retired.begin(), (*component)->retired.end(), draining))
    return fail(Errc::conflict, std::string(id) + " " + std::string(name) + " is in use: move every release that names it to another version first");
  const std::string sha256 = version->package.sha256;
  if (const auto erased = depot_->erase(sha256); !erased) return erased;
  record(by, "plugin.erase", std::string(id), std::nullopt, Detail().text("version", name).text("sha256", sha256));
  return rescan();
}

Result<PackageInfo> Plugins::Core::details(std::string_view id, std::string_view name) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const Version* version = (*component)->find_version(std::string(name));
  if (version == nullptr) return fail(Errc::not_found, std::string(id) + " has no version " + std::string(name.substr(0, 64)));
  const Package& package = version->package;
  PackageInfo info;
  if (package.source && depot_) {
    if (const auto opened = depot_->open(package.sha256)) info = info_of(*opened);
    info.arrival = depot_->arrival(package.sha256);
  } else if (auto text = read_whole(package.folder / "manifest.json", most_manifest)) {
    info.manifest_text = std::move(*text);
  }
  info.manifest = package.manifest;
  info.manifest.id = package.id;  // also of one whose manifest cannot be read
  info.manifest.version = package.version;
  info.level = package.trust;
  info.key_id = package.key_id;
  info.sha256 = package.sha256;
  info.problem = package.problem.empty() ? version->problem : package.problem;
  for (const auto& one : view(**component, std::nullopt).versions)
    if (one.version == name) info.bad = one.bad;
  return info;
}

}  // namespace hotdesk::plugins
