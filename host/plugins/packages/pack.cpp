#include "plugins/packages/pack.hpp"

#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "crypto/mac.hpp"
#include "plugins/packages/durable_file.hpp"
#include "plugins/packages/verify.hpp"

namespace hotdesk::plugins {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_file = "manifest.json";
constexpr const char* signature_file = "manifest.sig";

Result<Entries> read_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return fail(Errc::not_found, "is not a folder", folder.string());
  Entries entries;
  const ArchiveLimits limits;
  std::size_t bytes = 0;
  for (auto at = fs::recursive_directory_iterator(folder, error); !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().lexically_relative(folder).generic_string();
    if (at->is_directory(error) && !at->is_symlink(error)) continue;
    if (name == signature_file) continue;
    if (!is_package_path(name)) return fail(Errc::invalid, "has a name that a package cannot hold: printable ASCII alone", name);
    if (entries.size() == limits.files) return fail(Errc::too_big, "holds more than 256 files", folder.string());
    auto content = read_whole(at->path(), limits.unpacked - bytes);
    if (!content) return fail(content.error().code, "cannot be packed: " + content.error().text, name);
    bytes += content->size();
    entries[name] = std::move(*content);
  }
  if (error) return fail(Errc::storage, "cannot be read: " + error.message(), folder.string());
  return entries;
}

/// manifest.json with `files`, if it has none.
Result<> complete(Entries& entries) {
  auto& text = entries[manifest_file];
  if (text.empty()) return fail(Errc::not_found, "is missing in the folder", manifest_file);
  auto manifest = parse_json(text, 16);
  if (!manifest) return fail(Errc::invalid, "is not JSON: " + manifest.error().text, manifest_file);
  if (!manifest->is_object()) return fail(Errc::invalid, "must be an object", manifest_file);
  if (manifest->contains("files")) return {};
  Json files = Json::object();
  for (const auto& [name, content] : entries)
    if (name != manifest_file) files[name] = to_hex(crypto::sha256(content));
  (*manifest)["files"] = std::move(files);
  text = manifest->dump(2) + "\n";
  return {};
}

}  // namespace

Result<std::string> pack_folder(const fs::path& folder) {
  auto entries = read_folder(folder);
  if (!entries) return entries.error();
  if (const auto done = complete(*entries); !done) return done.error();
  if (const auto sound = check_entries(*entries); !sound) return sound.error();
  return write_archive(*entries);
}

Result<std::string> sign_package(std::string_view bytes, const crypto::SigningKey& key) {
  auto entries = read_archive(bytes);
  if (!entries) return entries.error();
  const auto manifest = check_entries(*entries);
  if (!manifest) return manifest.error();
  const std::string key_id = crypto::key_id_of(key.public_key);
  if (!manifest->key_id.empty() && manifest->key_id != key_id)
    return fail(Errc::invalid, "/key_id is " + manifest->key_id + ", this key is " + key_id, manifest_file);
  (*entries)[signature_file] = write_signature({key_id, crypto::sign(key, entries->at(manifest_file))});
  return write_archive(*entries);
}

}  // namespace hotdesk::plugins
