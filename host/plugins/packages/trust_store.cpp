#include "plugins/packages/trust_store.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "base/text.hpp"
#include "plugins/packages/durable_file.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_bytes = 4 * 1024 * 1024;

Error unknown(std::string_view key_id) { return fail(Errc::not_found, "there is no key " + std::string(key_id.substr(0, 64)) + " in the trust store"); }

std::vector<TrustKey>::iterator find_in(TrustList& list, std::string_view key_id) {
  return std::find_if(list.keys.begin(), list.keys.end(), [&](const auto& key) { return key.key_id == key_id; });
}

}  // namespace

Result<TrustList> TrustStore::load() const {
  if (file_.empty()) return TrustList{};
  const auto text = read_whole(file_, most_bytes);
  if (!text) return text.error().code == Errc::not_found ? Result<TrustList>(TrustList{}) : text.error();
  struct stat info {};
  if (stat(file_.c_str(), &info) == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fail(Errc::invalid, file_.string() + " may be written by others than its owner: chmod 600 " + file_.string(), file_.string());
  auto list = read_trust(*text);
  if (!list) return fail(Errc::invalid, file_.string() + " " + list.error().where + " " + list.error().text, file_.string());
  return list;
}

Result<> TrustStore::change(const std::function<Result<>(TrustList&)>& work) {
  if (file_.empty()) return fail(Errc::unsupported, "this node has no trust store: set plugins.trust_store");
  const auto lock = FileLock::take(file_.string() + ".lock");
  if (!lock) return lock.error();
  auto list = load();
  if (!list) return list.error();
  if (const auto done = work(*list); !done) return done;
  return write_durably(file_, write_trust(*list), 0600);
}

Result<TrustKey> TrustStore::add(TrustKey key, std::int64_t now_ms) {
  key.added_at = now_ms;
  key.revoked_at = 0;
  key.reason.clear();
  auto checked = check_key(std::move(key));
  if (!checked) return checked;
  const auto done = change([&](TrustList& list) -> Result<> {
    if (const auto* known = list.find(checked->key_id))
      return fail(Errc::conflict, "the key " + known->key_id + " (" + known->name + ") is in the trust store already", "public_key");
    list.keys.push_back(*checked);
    return {};
  });
  if (!done) return done.error();
  return checked;
}

Result<TrustKey> TrustStore::revoke(std::string_view key_id, std::string_view reason, std::int64_t now_ms) {
  if (!is_clean_text(reason) || reason.empty() || reason.size() > 1'000) return fail(Errc::invalid, "must have 1 to 1,000 bytes", "reason");
  TrustKey out;
  const auto done = change([&](TrustList& list) -> Result<> {
    const auto key = find_in(list, key_id);
    if (key == list.keys.end()) return unknown(key_id);
    if (key->revoked_at == 0) {
      key->revoked_at = std::max<std::int64_t>(now_ms, 1);
      key->reason = reason;
    }
    out = *key;
    return {};
  });
  if (!done) return done.error();
  return out;
}

Result<TrustKey> TrustStore::erase(std::string_view key_id) {
  TrustKey out;
  const auto done = change([&](TrustList& list) -> Result<> {
    const auto key = find_in(list, key_id);
    if (key == list.keys.end()) return unknown(key_id);
    out = *key;
    list.keys.erase(key);
    return {};
  });
  if (!done) return done.error();
  return out;
}

Result<> TrustStore::set_minimum(const std::string& id, const std::string& version) {
  if (!version.empty() && !parse_semver(version)) return fail(Errc::invalid, "must be a semantic version, like 1.2.0", "version");
  if (id == "*" || id.ends_with(".*") || !is_prefix(id)) return fail(Errc::invalid, "must be a plugin's id", "id");
  return change([&](TrustList& list) -> Result<> {
    if (version.empty()) list.minimums.erase(id);
    else list.minimums[id] = version;
    return {};
  });
}

}  // namespace hotdesk::plugins
