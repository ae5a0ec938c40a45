#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "host/plugins/room.hpp"
#include "plugins/packages/archive.hpp"
#include "plugins/packages/pack.hpp"
#include "plugins/packages/signature_file.hpp"
#include "plugins/packages/trust_store.hpp"

namespace hotdesk::plugins::test {

/// A vendor with a key of their own.
struct Vendor {
  crypto::SigningKey key = crypto::make_signing_key();
  std::string id() const { return crypto::key_id_of(key.public_key); }
  TrustKey trust(std::vector<std::string> prefixes, Trust level = Trust::vendor, const std::string& name = "Acme") const {
    TrustKey out;
    out.name = name;
    out.public_key = key.public_key;
    out.level = level;
    out.prefixes = std::move(prefixes);
    out.key_id = id();
    return out;
  }
};

/// The echo plugin's folder of that version.
inline std::filesystem::path echo_folder(const std::string& version) { return std::filesystem::path(good) / "test.echo" / version; }

inline std::string packed(const std::string& version = "1.0.0") { return pack_folder(echo_folder(version)).value(); }
inline std::string packed_by(const Vendor& vendor, const std::string& version = "1.0.0") { return sign_package(packed(version), vendor.key).value(); }

/// A package with other content, made without the checks of pack and sign.
template <class Change>
std::string changed(const std::string& package, const Change& change) {
  auto entries = read_archive(package).value();
  change(entries);
  return write_archive(entries).value();
}

}  // namespace hotdesk::plugins::test
