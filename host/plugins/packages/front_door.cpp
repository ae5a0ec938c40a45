// The part of the front door that is about packages, trust and grants. What takes long (unpacking, hashing, the trust store's
// file) happens on the caller's thread, so that the loader is free for everybody's verbs.
#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/elf_gate.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/packages/package_view.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

Result<Depot*> usable(Depot* depot) {
  if (this_thread().marked) return fail(Errc::internal, "a blocking call of the plugin room on an event loop");
  if (depot == nullptr) return fail(Errc::unsupported, "this node keeps no uploaded packages");
  return depot;
}

std::string key_detail(const TrustKey& key) {
  std::string prefixes;
  for (const auto& prefix : key.prefixes) prefixes += (prefixes.empty() ? "" : " ") + prefix;
  Detail detail;
  detail.text("key_id", key.key_id).text("name", key.name).text("level", to_string(key.level)).text("prefixes", prefixes);
  if (!key.reason.empty()) detail.text("reason", key.reason);
  return detail;
}

/// Whether this host could ever load it: told at the upload already, and again at the load with the lane that it then has.
Result<> check_fit(const Verified& package, const std::string& host_version) {
  if (const auto fits = negotiate(package.manifest, host_version); !fits) return fail(fits.error().code, fits.error().text, "manifest.json");
  const std::string& library = package.manifest.library;
  if (package.manifest.runtime != "native") return {};  // a script
  constexpr GateRules of_a_runner{true, true};
  if (const auto gate = check_library(package.file(library), of_a_runner); !gate) return fail(gate.error().code, gate.error().text, library);
  return {};
}

}  // namespace

Result<PackageInfo> Plugins::upload(std::string_view bytes, bool dry_run, const By& by) {
  const auto depot = usable(core_->depot());
  if (!depot) return depot.error();
  auto verified = (*depot)->verify(bytes);
  if (verified)
    if (const auto fits = check_fit(*verified, core_->host_version()); !fits) verified = fits.error();
  if (!verified) {
    if (!dry_run)
      core_->on_loader([&] {
        core_->record(by, "plugin.reject", "upload", std::nullopt, Detail().text("file", verified.error().where).text("reason", verified.error().text));
      });
    return verified.error();
  }
  if (dry_run) return info_of(*verified);
  const auto installed = core_->on_loader([&] { return core_->install(*verified, bytes, by); });
  if (!installed) return installed.error();
  return info_of(*verified);
}

Result<PackageInfo> Plugins::version_details(std::string_view id, std::string_view version) {
  if (this_thread().marked) return fail(Errc::internal, "a blocking call of the plugin room on an event loop");
  return core_->on_loader([&] { return core_->details(id, version); });
}

Result<> Plugins::erase_version(std::string_view id, std::string_view version, const By& by) {
  if (const auto depot = usable(core_->depot()); !depot) return depot.error();
  return core_->on_loader([&] { return core_->erase_version(id, version, by); });
}

Result<TrustList> Plugins::list_trust() {
  const auto depot = usable(core_->depot());
  if (!depot) return depot.error();
  return (*depot)->trust().load();
}

/// After a change of trust what is installed is judged anew.
Result<TrustKey> Plugins::trust_changed(Result<TrustKey> key, const char* action, const By& by) {
  if (!key) return key;
  const auto judged = core_->on_loader([&] {
    core_->record(by, action, key->key_id, std::nullopt, key_detail(*key));
    return core_->rescan();
  });
  if (!judged) return judged.error();
  return key;
}

Result<TrustKey> Plugins::add_trust(TrustKey key, const By& by) {
  const auto depot = usable(core_->depot());
  if (!depot) return depot.error();
  return trust_changed((*depot)->trust().add(std::move(key), core_->now_ms()), "trust.add", by);
}

Result<TrustKey> Plugins::revoke_trust(std::string_view key_id, std::string_view reason, const By& by) {
  const auto depot = usable(core_->depot());
  if (!depot) return depot.error();
  return trust_changed((*depot)->trust().revoke(key_id, reason, core_->now_ms()), "trust.revoke", by);
}

Result<TrustKey> Plugins::erase_trust(std::string_view key_id, const By& by) {
  const auto depot = usable(core_->depot());
  if (!depot) return depot.error();
  return trust_changed((*depot)->trust().erase(key_id), "trust.erase", by);
}

Result<> Plugins::set_minimum(const std::string& id, const std::string& version, const By& by) {
  const auto depot = usable(core_->depot());
  if (!depot) return depot.error();
  if (const auto set = (*depot)->trust().set_minimum(id, version); !set) return set;
  return core_->on_loader([&] {
    core_->record(by, "trust.minimum", id, std::nullopt, Detail().text("version", version));
    return core_->rescan();
  });
}

Result<GrantView> Plugins::find_grant(const Scope& tenant, std::string_view id) {
  if (this_thread().marked) return fail(Errc::internal, "a blocking call of the plugin room on an event loop");
  return core_->on_loader([&] { return core_->grant_view(tenant, id); });
}

Result<GrantView> Plugins::set_grant(const Scope& tenant, std::string_view id, GrantRow row, const By& by) {
  if (this_thread().marked) return fail(Errc::internal, "a blocking call of the plugin room on an event loop");
  return core_->on_loader([&] { return core_->set_grant(tenant, id, std::move(row), by); });
}

Result<GrantView> Plugins::erase_grant(const Scope& tenant, std::string_view id, const By& by) {
  if (this_thread().marked) return fail(Errc::internal, "a blocking call of the plugin room on an event loop");
  return core_->on_loader([&] { return core_->erase_grant(tenant, id, by); });
}

}  // namespace hotdesk::plugins
