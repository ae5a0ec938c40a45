#include "plugins/packages/verify.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/text.hpp"
#include "crypto/mac.hpp"
#include "plugins/config_schema.hpp"
#include "plugins/validate/report.hpp"

namespace hotdesk::plugins {
namespace {

constexpr const char* manifest_file = "manifest.json";
constexpr const char* signature_file = "manifest.sig";
constexpr const char* schema_file = "config.schema.json";
constexpr const char* report_file = "report.json";
constexpr std::size_t most_manifest = 256 * 1024;
constexpr std::size_t most_signature = 4 * 1024;

Error refuse(const char* file, std::string text) { return fail(Errc::invalid, std::move(text), file); }

Result<std::string_view> need(const Entries& entries, const char* file, std::size_t most, const char* advice) {
  const auto found = entries.find(file);
  if (found == entries.end()) return refuse(file, std::string("is missing: ") + advice);
  if (found->second.size() > most) return refuse(file, "has more than " + std::to_string(most) + " bytes");
  return std::string_view(found->second);
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

std::string named(const TrustKey& key) { return "key " + key.key_id + " (" + key.name + ")"; }

/// What the manifest claims, against what its key may do here.
Result<> judge_claims(const Manifest& manifest, const TrustKey& key, const TrustList& trust, const VerifyOptions& options) {
  if (!manifest.key_id.empty() && manifest.key_id != key.key_id)
    return refuse(manifest_file, "/key_id is " + manifest.key_id + ", it is signed by " + named(key));
  if (!key.may_sign(manifest.id))
    return refuse(signature_file, "is by " + named(key) + ", which may sign " + list_of(key.prefixes) + ", not " + manifest.id);
  if (key.level != Trust::official && options.is_builtin(manifest.id))
    return refuse(signature_file, manifest.id + " is part of this installation: another version of it must be signed by a key of the level official, and " +
                                      named(key) + " has the level " + std::string(to_string(key.level)));
  if (const auto least = trust.minimums.find(manifest.id); least != trust.minimums.end())
    if (const auto minimum = parse_semver(least->second); minimum && manifest.semver < *minimum)
      return refuse(manifest_file, "/version is " + manifest.version + ", below the minimum " + least->second +
                                       " that the trust store sets for " + manifest.id + ": take a later version");
  if (std::count(trust.revoked_builds.begin(), trust.revoked_builds.end(), manifest.build_id) > 0)
    return refuse(manifest_file, "names the build " + manifest.build_id + ", which was revoked in the trust store");
  return {};
}

}  // namespace

std::string_view Verified::file(const std::string& name) const noexcept {
  const auto found = entries.find(name);
  return found != entries.end() ? std::string_view(found->second) : std::string_view{};
}

Result<const TrustKey*> judge_key(const ManifestSignature& signature, std::string_view manifest, const TrustList& trust, bool allow_dev) {
  const TrustKey* key = trust.find(signature.key_id);
  if (key == nullptr)
    return refuse(signature_file, "is by key " + signature.key_id + ", which is not in the trust store: add the vendor's public key with the prefixes that it may sign");
  if (!crypto::verify_signature(key->public_key, manifest, signature.signature))
    return refuse(signature_file, "does not fit manifest.json: it, or the signature of " + named(*key) + ", was changed after signing");
  if (key->revoked_at != 0)
    return refuse(signature_file, "is by " + named(*key) + ", which was revoked on " + to_rfc3339(key->revoked_at).substr(0, 10) + ": " + key->reason);
  if (key->level == Trust::dev && !allow_dev)
    return refuse(signature_file, "is by " + named(*key) + " of the level dev, which counts only with plugins.allow_dev switched on");
  return key;
}

Result<Manifest> check_entries(const Entries& entries) {
  const auto text = need(entries, manifest_file, most_manifest, "a package describes itself there");
  if (!text) return text.error();
  auto manifest = read_manifest(*text);
  if (!manifest)
    return fail(manifest.error().code, manifest.error().where + (manifest.error().where.empty() ? "" : " ") + manifest.error().text, manifest_file);
  for (const auto& [file, hash] : manifest->files) {
    const auto found = entries.find(file);
    if (found == entries.end()) return refuse(file.c_str(), "is missing, although manifest.json names it");
    if (to_hex(crypto::sha256(found->second)) != hash)
      return refuse(file.c_str(), "differs from its SHA-256 in manifest.json: it was changed or damaged after packing");
  }
  for (const auto& [file, content] : entries)
    if (file != manifest_file && file != signature_file && !manifest->files.contains(file))
      return refuse(file.c_str(), "is not among the files of manifest.json");
  if (const auto schema = entries.find(schema_file); schema != entries.end())
    if (const auto fits = check_schema(schema->second); !fits)
      return refuse(schema_file, fits.error().where + (fits.error().where.empty() ? "" : " ") + fits.error().text);
  if (const auto report = entries.find(report_file); report != entries.end())
    if (const auto vouches = validate::check_report(report->second, *manifest); !vouches)
      return refuse(report_file, vouches.error().where + (vouches.error().where.empty() ? "" : " ") + vouches.error().text);
  return manifest;
}

Result<Verified> verify_package(std::string_view bytes, const TrustList& trust, const VerifyOptions& options) {
  Verified out;
  auto entries = read_archive(bytes);
  if (!entries) return entries.error();
  out.entries = std::move(*entries);
  const auto manifest = need(out.entries, manifest_file, most_manifest, "a package describes itself there");
  if (!manifest) return manifest.error();
  const auto text = need(out.entries, signature_file, most_signature, "sign the package with `hotdesk plugin sign`");
  if (!text) return text.error();
  const auto signature = read_signature(*text);
  if (!signature) return refuse(signature_file, signature.error().text);
  const auto key = judge_key(*signature, *manifest, trust, options.allow_dev);
  if (!key) return key.error();
  auto read = check_entries(out.entries);
  if (!read) return read.error();
  out.manifest = std::move(*read);
  if (const auto claims = judge_claims(out.manifest, **key, trust, options); !claims) return claims.error();
  out.sha256 = to_hex(crypto::sha256(bytes));
  out.level = (*key)->level;
  out.key_id = (*key)->key_id;
  out.key_name = (*key)->name;
  return out;
}

}  // namespace hotdesk::plugins
