#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "plugins/packages/archive.hpp"
#include "plugins/packages/signature_file.hpp"
#include "plugins/packages/trust_list.hpp"

namespace hotdesk::plugins {

/// A package whose signature, hashes and claims hold: what it says of itself, and by whom.
struct Verified {
  Manifest manifest;
  Entries entries;        ///< all files, manifest.json and manifest.sig among them
  std::string sha256;     ///< of the whole package, hexadecimal
  Trust level = Trust::vendor;
  std::string key_id;
  std::string key_name;

  std::string_view file(const std::string& name) const noexcept;  ///< empty: not there
};

struct VerifyOptions {
  bool allow_dev = false;
  /// The installation's own plugin ids: only a key of the level official may sign another version of them.
  std::function<bool(const std::string& id)> is_builtin = [](const std::string&) { return false; };
};

/// Judges an .hdplugin from anybody. In this order: the archive's form, the signature over the exact bytes of manifest.json,
/// the key (known, not revoked, level), and only then what the manifest says: its prefix, minimum, revoked build, every
/// file's hash, no file that the manifest does not name, the configuration schema. Error::where is the file, the text says
/// which key, what it may sign, and what to do. Thread: any; some milliseconds a megabyte.
Result<Verified> verify_package(std::string_view bytes, const TrustList& trust, const VerifyOptions& options);

/// The judgement about the key alone: known, not revoked, its level allowed. Error::where is manifest.sig.
Result<const TrustKey*> judge_key(const ManifestSignature& signature, std::string_view manifest, const TrustList& trust, bool allow_dev);

/// Everything but signature and trust: that the archive is whole and holds what its manifest says. For `pack` and `sign`.
Result<Manifest> check_entries(const Entries& entries);

}  // namespace hotdesk::plugins
