#include "plugins/packages/signature_file.hpp"

#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/json.hpp"

namespace hotdesk::plugins {
namespace {

Result<Json> read_format_1(std::string_view text) {
  auto parsed = parse_json(text, 4);
  if (!parsed) return fail(Errc::invalid, "is not JSON: " + parsed.error().text);
  if (!parsed->is_object() || find_integer(*parsed, "format") != 1) return fail(Errc::invalid, "must be a JSON object with \"format\": 1");
  return parsed;
}

/// A member in base64url of `size` bytes.
Result<std::string> bytes_of(const Json& object, const char* member, std::size_t size) {
  const auto text = find_string(object, member);
  auto bytes = text ? from_base64url(*text) : std::nullopt;
  if (!bytes || bytes->size() != size)
    return fail(Errc::invalid, std::string("/") + member + " must be " + std::to_string(size) + " bytes in base64url without padding");
  return *bytes;
}

}  // namespace

std::string write_signature(const ManifestSignature& signature) {
  return dump_json(Json{{"format", 1}, {"key_id", signature.key_id}, {"signature", to_base64url(signature.signature)}}) + "\n";
}

Result<ManifestSignature> read_signature(std::string_view json) {
  const auto object = read_format_1(json);
  if (!object) return object.error();
  ManifestSignature out;
  out.key_id = find_string(*object, "key_id").value_or("");
  if (out.key_id.size() != 16 || out.key_id.find_first_not_of("0123456789abcdef") != std::string::npos)
    return fail(Errc::invalid, "/key_id must be 16 lower-case hexadecimal digits");
  auto bytes = bytes_of(*object, "signature", crypto::signature_size);
  if (!bytes) return bytes.error();
  out.signature = std::move(*bytes);
  return out;
}

std::string write_public_key(const KeyFile& file) {
  return Json{{"format", 1}, {"name", file.name}, {"key_id", crypto::key_id_of(file.key.public_key)},
              {"public_key", to_base64url(file.key.public_key)}}.dump(2) + "\n";
}

std::string write_key(const KeyFile& file, std::string_view passphrase) {
  Json out{{"format", 1}, {"name", file.name}, {"key_id", crypto::key_id_of(file.key.public_key)},
           {"public_key", to_base64url(file.key.public_key)}};
  if (passphrase.empty()) out["seed"] = to_base64url(file.key.seed);
  else out["sealed_seed"] = to_base64url(crypto::seal_with_passphrase(passphrase, file.key.seed));
  return out.dump(2) + "\n";
}

Result<KeyFile> read_key(std::string_view json, std::string_view passphrase) {
  const auto object = read_format_1(json);
  if (!object) return object.error();
  KeyFile out;
  out.name = find_string(*object, "name").value_or("");
  std::string seed;
  if (const auto sealed = find_string(*object, "sealed_seed")) {
    if (passphrase.empty()) return fail(Errc::unauthorized, "is sealed: give its passphrase");
    const auto bytes = from_base64url(*sealed);
    if (!bytes) return fail(Errc::invalid, "/sealed_seed must be base64url");
    auto opened = crypto::open_with_passphrase(passphrase, *bytes);
    if (!opened) return opened.error();
    seed = std::move(*opened);
  } else {
    auto plain = bytes_of(*object, "seed", crypto::signing_seed_size);
    if (!plain) return find_string(*object, "public_key") ? fail(Errc::invalid, "holds a public key: signing takes the private one") : plain.error();
    seed = std::move(*plain);
  }
  auto key = crypto::signing_key_of(seed);
  if (!key) return key.error();
  out.key = std::move(*key);
  return out;
}

Result<std::string> read_public_key(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  if (auto bytes = from_base64url(text); bytes && bytes->size() == crypto::public_key_size) return *bytes;
  const auto object = read_format_1(text);
  if (!object) return fail(Errc::invalid, "must be a public key: 43 characters of base64url, or the file that keygen wrote");
  return bytes_of(*object, "public_key", crypto::public_key_size);
}

}  // namespace hotdesk::plugins
