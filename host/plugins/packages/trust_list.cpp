#include "plugins/packages/trust_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "crypto/signature.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_keys = 1'000;
constexpr std::size_t most_prefixes = 64;

bool is_dotted_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > 128 || text.front() == '.' || text.back() == '.') return false;
  return text.find("..") == text.npos && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == text.npos;
}

Result<Trust> level_of(std::string_view text) {
  for (const auto level : {Trust::official, Trust::vendor, Trust::dev})
    if (text == to_string(level)) return level;
  return fail(Errc::invalid, "must be official, vendor or dev", "level");
}

Result<TrustKey> read_key_entry(const Json& entry) {
  TrustKey key;
  if (!entry.is_object()) return fail(Errc::invalid, "must be an object");
  key.name = find_string(entry, "name").value_or("");
  key.public_key = from_base64url(find_string(entry, "public_key").value_or("")).value_or("");
  const auto level = level_of(find_string(entry, "level").value_or(""));
  if (!level) return level.error();
  key.level = *level;
  const auto prefixes = entry.find("prefixes");
  if (prefixes == entry.end() || !prefixes->is_array()) return fail(Errc::invalid, "must be a list of texts", "prefixes");
  for (const auto& one : *prefixes) key.prefixes.push_back(one.is_string() ? one.get<std::string>() : std::string());
  key.added_at = find_integer(entry, "added_at").value_or(0);
  key.revoked_at = find_integer(entry, "revoked_at").value_or(0);
  key.reason = find_string(entry, "reason").value_or("");
  auto checked = check_key(key);
  if (checked && find_string(entry, "key_id").value_or(checked->key_id) != checked->key_id)
    return fail(Errc::invalid, "is not the id of this public key, which is " + checked->key_id, "key_id");
  return checked;
}

}  // namespace

bool TrustKey::may_sign(std::string_view id) const noexcept {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
    if (prefix == "*") return true;
    if (prefix.ends_with(".*")) return id.starts_with(std::string_view(prefix).substr(0, prefix.size() - 1));
    return id == prefix;
  });
}

const TrustKey* TrustList::find(std::string_view key_id) const noexcept {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.key_id == key_id; });
  return found != keys.end() ? &*found : nullptr;
}

bool is_prefix(std::string_view text) noexcept {
  if (text == "*") return true;
  if (text.ends_with(".*")) text.remove_suffix(2);
  return is_dotted_name(text);
}

Result<TrustKey> check_key(TrustKey key) {
  if (key.public_key.size() != crypto::public_key_size) return fail(Errc::invalid, "must be 32 bytes in base64url without padding", "public_key");
  const auto length = count_code_points(key.name);
  if (!is_clean_text(key.name) || !length || *length < 1 || *length > 128) return fail(Errc::invalid, "must have 1 to 128 characters", "name");
  if (key.level == Trust::builtin) return fail(Errc::invalid, "must be official, vendor or dev", "level");
  if (key.prefixes.empty() || key.prefixes.size() > most_prefixes)
    return fail(Errc::invalid, "must name 1 to 64 prefixes of plugin ids, like com.acme.*", "prefixes");
  for (const auto& prefix : key.prefixes) {
    if (!is_prefix(prefix)) return fail(Errc::invalid, "must be like com.acme.* or a whole plugin id, in lower case", "prefixes");
    if (prefix == "*" && key.level == Trust::vendor) return fail(Errc::invalid, "* is for the levels official and dev alone: name the vendor's own prefix", "prefixes");
  }
  key.key_id = crypto::key_id_of(key.public_key);
  return key;
}

std::string write_trust(const TrustList& list) {
  Json keys = Json::array();
  for (const auto& key : list.keys)
    keys.push_back({{"key_id", key.key_id},
                    {"name", key.name},
                    {"public_key", to_base64url(key.public_key)},
                    {"level", to_string(key.level)},
                    {"prefixes", key.prefixes},
                    {"added_at", key.added_at},
                    {"revoked_at", key.revoked_at == 0 ? Json(nullptr) : Json(key.revoked_at)},
                    {"reason", key.reason.empty() ? Json(nullptr) : Json(key.reason)}});
  return Json{{"format", 1}, {"keys", std::move(keys)}, {"minimums", list.minimums}, {"revoked_builds", list.revoked_builds}}.dump(2) + "\n";
}

Result<TrustList> read_trust(std::string_view json) {
  const auto parsed = parse_json(json, 8);
  if (!parsed) return fail(Errc::invalid, "is not JSON: " + parsed.error().text);
  if (!parsed->is_object() || find_integer(*parsed, "format") != 1) return fail(Errc::invalid, "must be a JSON object with \"format\": 1", "/format");
  TrustList list;
  const auto keys = parsed->find("keys");
  if (keys == parsed->end() || !keys->is_array() || keys->size() > most_keys) return fail(Errc::invalid, "must be a list of at most 1,000 keys", "/keys");
  for (std::size_t i = 0; i < keys->size(); ++i) {
    auto key = read_key_entry((*keys)[i]);
    const std::string at = "/keys/" + std::to_string(i);
    if (!key) return fail(Errc::invalid, key.error().text, at + (key.error().where.empty() ? "" : "/" + key.error().where));
    if (list.find(key->key_id) != nullptr) return fail(Errc::invalid, "is there twice", at);
    list.keys.push_back(std::move(*key));
  }
  if (const auto minimums = parsed->find("minimums"); minimums != parsed->end()) {
    if (!minimums->is_object() || minimums->size() > most_keys) return fail(Errc::invalid, "must be an object of versions", "/minimums");
    for (const auto& [id, version] : minimums->items()) {
      if (!version.is_string() || !parse_semver(version.get_ref<const std::string&>())) return fail(Errc::invalid, "must be a semantic version", "/minimums/" + id);
      list.minimums[id] = version.get<std::string>();
    }
  }
  if (const auto builds = parsed->find("revoked_builds"); builds != parsed->end()) {
    if (!builds->is_array() || builds->size() > 10'000) return fail(Errc::invalid, "must be a list of build ids", "/revoked_builds");
    for (const auto& build : *builds) {
      if (!build.is_string()) return fail(Errc::invalid, "must be a list of build ids", "/revoked_builds");
      list.revoked_builds.push_back(build.get<std::string>());
    }
  }
  return list;
}

}  // namespace hotdesk::plugins
