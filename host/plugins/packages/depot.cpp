#include "plugins/packages/depot.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace hotdesk::plugins {
namespace {

constexpr const char* schema_file = "config.schema.json";

std::string describe(const Error& error) { return (error.where.empty() ? "the package" : error.where) + " " + error.text; }

/// What is kept beside a package: enough to list one that cannot be read any more.
std::string write_note(const Verified& package, const Arrival& arrival) {
  return dump_json(Json{{"id", package.manifest.id}, {"version", package.manifest.version}, {"key_id", package.key_id},
                        {"level", to_string(package.level)}, {"uploaded_at", arrival.at}, {"uploaded_by", arrival.by}}) + "\n";
}

struct Note {
  std::string id;
  std::string version;
  Arrival arrival;
};
Note read_note(const StoredPackage& stored) {
  Note note;
  const auto parsed = parse_json(stored.note, 4);
  if (!parsed || !parsed->is_object()) return note;
  note.id = find_string(*parsed, "id").value_or("");
  note.version = find_string(*parsed, "version").value_or("");
  note.arrival = {find_integer(*parsed, "uploaded_at").value_or(0), find_string(*parsed, "uploaded_by").value_or("")};
  return note;
}

}  // namespace

/// Opens a file of an uploaded package for loading: from a copy of its own, hashed and judged after it was made. What
/// happens to the stored file before, between and after makes this fail or changes nothing.
class Depot::Source final : public PackageSource {
 public:
  Source(const Depot& depot, std::string sha256) : depot_(depot), sha256_(std::move(sha256)) {}

  Result<SealedFile> open(const Package& package, const std::string& file) const override {
    const auto verified = depot_.open(sha256_);
    if (!verified) return fail(verified.error().code, describe(verified.error()), verified.error().where);
    const auto known = package.manifest.files.find(file);
    if (known == package.manifest.files.end()) return fail(Errc::invalid, "is not among the manifest's files", file);
    auto sealed = SealedFile::make(verified->file(file), package.id + "@" + package.version);
    if (sealed && sealed->sha256_hex() != known->second) return fail(Errc::invalid, "differs from its SHA-256 in manifest.json", file);
    return sealed;
  }

 private:
  const Depot& depot_;
  const std::string sha256_;
};

Depot::Depot(std::unique_ptr<PackageStorage> storage, Options options)
    : storage_(std::move(storage)), options_(std::move(options)), trust_(options_.trust_store) {}

Result<Verified> Depot::verify(std::string_view bytes) const {
  const auto trust = trust_.load();
  if (!trust) return trust.error();
  VerifyOptions options;
  options.allow_dev = options_.allow_dev;
  options.is_builtin = [this](const std::string& id) {
    const std::lock_guard lock(mutex_);
    return builtin_.contains(id);
  };
  return verify_package(bytes, *trust, options);
}

Result<> Depot::keep(const Verified& package, std::string_view bytes, const Arrival& arrival) {
  return storage_->put(package.sha256, bytes, write_note(package, arrival));
}

Result<Verified> Depot::open(const std::string& sha256) const {
  const auto sealed = storage_->get(sha256);
  if (!sealed) return sealed.error();
  if (sealed->sha256_hex() != sha256)
    return fail(Errc::invalid, "differs from what was uploaded (its SHA-256 is not its name): it was changed or damaged, install it again", sha256 + ".hdplugin");
  return verify(sealed->bytes());
}

Result<std::vector<Package>> Depot::scan(const std::vector<Package>& builtin) {
  {
    const std::lock_guard lock(mutex_);
    if (!builtin.empty()) builtin_.clear();  // a folder that is away for a moment frees none of its ids
    for (const auto& package : builtin) builtin_.insert(package.id);
  }
  const auto stored = storage_->list();
  if (!stored) return stored.error();
  std::vector<Package> packages;
  for (const auto& one : *stored) {
    const Note note = read_note(one);
    Package package;
    package.id = note.id;
    package.version = note.version;
    package.trust = Trust::vendor;
    package.sha256 = one.sha256;
    package.source = std::make_shared<Source>(*this, one.sha256);
    if (auto verified = open(one.sha256)) {
      package.id = verified->manifest.id;
      package.version = verified->manifest.version;
      package.trust = verified->level;
      package.key_id = verified->key_id;
      package.config_schema = verified->file(schema_file);
      package.manifest = std::move(verified->manifest);
    } else {
      package.problem = describe(verified.error());
    }
    const auto same = [&](const Package& other) { return other.id == package.id && other.version == package.version; };
    if (package.id.empty() || std::any_of(builtin.begin(), builtin.end(), same) || std::any_of(packages.begin(), packages.end(), same)) continue;
    packages.push_back(std::move(package));
  }
  return packages;
}

Result<> Depot::erase(const std::string& sha256) { return storage_->erase(sha256); }

Arrival Depot::arrival(const std::string& sha256) const {
  const auto stored = storage_->list();
  if (stored)
    for (const auto& one : *stored)
      if (one.sha256 == sha256) return read_note(one).arrival;
  return {};
}

}  // namespace hotdesk::plugins
