#include "plugins/manifest.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "plugins/lanes/budgets.hpp"
#include "plugins/packages/archive.hpp"
#include "plugins/packages/host_libraries.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_entries = 256;

bool is_id(std::string_view id) noexcept {
  if (id.size() > 128 || id.find('.') == id.npos || id.front() == '.' || id.back() == '.') return false;
  char before = '.';
  for (const char c : id) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (!letter && (c != '.' || before == '.')) return false;
    before = c;
  }
  return true;
}

bool is_hash(std::string_view hash) noexcept {
  return hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == hash.npos;
}

bool is_hex16(std::string_view text) noexcept { return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == text.npos; }

/// RFC 3339 in UTC, as `created` is: 2026-11-24T08:33:59Z, with or without a fraction.
bool is_utc_time(std::string_view text) noexcept {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (text.size() < shape.size() + 1 || text.size() > 30 || text.back() != 'Z') return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return false;
  const auto fraction = text.substr(shape.size(), text.size() - shape.size() - 1);
  return fraction.empty() || (fraction.size() > 1 && fraction[0] == '.' && fraction.find_first_not_of("0123456789", 1) == fraction.npos);
}

/// Collects the first thing that is wrong; later questions are then harmless.
class Reader {
 public:
  explicit Reader(const Json& root) : root_(root) {}

  const Json* member(const Json& object, const std::string& at, const char* key, bool needed) {
    const auto found = object.find(key);
    if (found != object.end()) return &*found;
    if (needed) wrong(at + "/" + key, "is missing");
    return nullptr;
  }
  std::string text(const Json& object, const std::string& at, const char* key, bool needed, std::size_t most = 256) {
    const Json* value = member(object, at, key, needed);
    if (value == nullptr) return {};
    if (!value->is_string()) return wrong(at + "/" + key, "must be a text"), std::string{};
    auto result = value->get<std::string>();
    if (result.empty() || result.size() > most) wrong(at + "/" + key, "must have 1 to " + std::to_string(most) + " bytes");
    return result;
  }
  std::uint32_t number(const Json& object, const std::string& at, const char* key) {
    const Json* value = member(object, at, key, true);
    if (value == nullptr) return 0;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > 1'000'000)
      return wrong(at + "/" + key, "must be a whole number from 0 to 1,000,000"), 0U;
    return value->get<std::uint32_t>();
  }
  std::vector<std::string> texts(const Json& object, const std::string& at, const char* key) {
    std::vector<std::string> result;
    const Json* value = member(object, at, key, false);
    if (value == nullptr) return result;
    if (!value->is_array() || value->size() > most_entries) return wrong(at + "/" + key, "must be a list of texts"), result;
    for (const auto& one : *value) {
      if (!one.is_string()) return wrong(at + "/" + key, "must be a list of texts"), result;
      result.push_back(one.get<std::string>());
    }
    return result;
  }
  const Json* object(const Json& parent, const std::string& at, const char* key, bool needed) {
    const Json* value = member(parent, at, key, needed);
    if (value != nullptr && !value->is_object()) return wrong(at + "/" + key, "must be an object"), nullptr;
    return value;
  }
  void wrong(std::string where, std::string text) {
    if (error_.text.empty()) error_ = fail(Errc::invalid, std::move(text), std::move(where));
  }
  const Json& root() const { return root_; }
  bool bad() const { return !error_.text.empty(); }
  Error error() const { return error_; }

 private:
  const Json& root_;
  Error error_;
};

void read_files(Reader& in, Manifest& out) {
  const Json* files = in.object(in.root(), "", "files", true);
  if (files == nullptr) return;
  if (files->size() > most_entries) return in.wrong("/files", "must name at most 256 files");
  for (const auto& [path, hash] : files->items()) {
    if (!is_package_path(path)) return in.wrong("/files/" + path, "must be a relative path of printable ASCII without . or ..");
    if (!hash.is_string() || !is_hash(hash.get_ref<const std::string&>()))
      return in.wrong("/files/" + path, "must be a lower-case hexadecimal SHA-256");
    out.files[path] = hash.get<std::string>();
  }
}

Result<> read_platform(Reader& in, Manifest& out) {
  const Json* platforms = in.member(in.root(), "", "platforms", true);
  if (platforms == nullptr) return {};
  if (!platforms->is_array() || platforms->empty() || platforms->size() > most_entries) {
    in.wrong("/platforms", "must be a list of at least one platform");
    return {};
  }
  std::string others;
  for (std::size_t i = 0; i < platforms->size() && !in.bad(); ++i) {
    const std::string at = "/platforms/" + std::to_string(i);
    const Json& platform = (*platforms)[i];
    if (!platform.is_object()) return in.wrong(at, "must be an object"), Result<>{};
    const auto os = in.text(platform, at, "os", true);
    const auto arch = in.text(platform, at, "arch", true);
    const auto file = in.text(platform, at, "file", true);
    const auto build_id = in.text(platform, at, "build_id", true, 128);
    const auto runtime = in.text(platform, at, "runtime", false, 32);
    if (!runtime.empty() && runtime != "native" && runtime != "python3") in.wrong(at + "/runtime", "must be native or python3");
    const bool script = runtime == "python3";
    const auto glibc = in.text(platform, at, "glibc_max", false, 32);
    const auto glibcxx = in.text(platform, at, "glibcxx_max", false, 32);
    if (!glibc.empty() && !is_library_version(glibc)) in.wrong(at + "/glibc_max", "must be a version like 2.34");
    if (!glibcxx.empty() && !is_library_version(glibcxx)) in.wrong(at + "/glibcxx_max", "must be a version like 3.4.30");
    if (!in.bad() && !out.files.contains(file)) in.wrong(at + "/file", "must be one of /files");
    if (os == host_os() && (arch == host_arch() || (script && arch == "any"))) {
      if (in.bad()) return {};
      if (const auto fits = check_host_libraries(glibc, glibcxx); !fits) return fail(Errc::unsupported, fits.error().text, at + "/" + fits.error().where);
      out.library = file;
      out.build_id = build_id;
      if (script) {
        out.runtime = runtime;
        out.min_lane = "runner";
      }
    }
    others += (others.empty() ? "" : ", ") + os + "-" + arch;
  }
  if (!in.bad() && out.library.empty())
    return fail(Errc::unsupported, "has no build for " + host_os() + "-" + host_arch() + " (it has " + others + ")", "/platforms");
  return {};
}

void read_extensions(Reader& in, Manifest& out) {
  const Json* extensions = in.object(in.root(), "", "extensions", true);
  if (extensions == nullptr) return;
  out.provides = in.texts(*extensions, "/extensions", "provides");
  out.requires_ = in.texts(*extensions, "/extensions", "requires");
  out.optional = in.texts(*extensions, "/extensions", "optional");
  if (out.provides.empty()) in.wrong("/extensions/provides", "must name at least one extension");
}

void read_permissions(Reader& in, Manifest& out) {
  out.permissions = in.texts(in.root(), "", "permissions");
  for (std::size_t i = 0; i < out.permissions.size(); ++i) {
    const std::string at = "/permissions/" + std::to_string(i);
    if (!is_permission(out.permissions[i])) in.wrong(at, "must be a permission like kv, messages, post, knowledge or http:api.example.com");
    if (std::find(out.permissions.begin(), out.permissions.begin() + static_cast<std::ptrdiff_t>(i), out.permissions[i]) !=
        out.permissions.begin() + static_cast<std::ptrdiff_t>(i))
      in.wrong(at, "is there twice");
  }
}

std::vector<std::uint32_t> read_schemas(Reader& in, const Json& state, const char* key) {
  std::vector<std::uint32_t> result;
  const Json* list = in.member(state, "/state", key, false);
  if (list == nullptr) return result;
  if (!list->is_array() || list->size() > 64) return in.wrong(std::string("/state/") + key, "must be a list of at most 64 schema numbers"), result;
  for (const auto& one : *list) {
    if (!one.is_number_unsigned() || one.get<std::uint64_t>() > 1'000'000)
      return in.wrong(std::string("/state/") + key, "must be a list of whole numbers from 0 to 1,000,000"), result;
    result.push_back(one.get<std::uint32_t>());
  }
  return result;
}

/// What a package may say but need not.
void read_rest(Reader& in, Manifest& out) {
  if (const Json* isolation = in.object(in.root(), "", "isolation", false)) {
    out.min_lane = in.text(*isolation, "/isolation", "min", true);
    if (!in.bad() && out.min_lane != "inline" && out.min_lane != "pool" && out.min_lane != "runner")
      in.wrong("/isolation/min", "must be inline, pool or runner");
  }
  if (const Json* state = in.object(in.root(), "", "state", false)) {
    out.state_schema = in.number(*state, "/state", "schema");
    out.state_reads = read_schemas(in, *state, "reads");
    out.state_writes = read_schemas(in, *state, "writes");
  }
  if (const Json* budgets = in.object(in.root(), "", "budgets", false)) {
    out.budgets = dump_json(*budgets);
    if (const auto known = read_budgets(out.budgets); !known) in.wrong(known.error().where, known.error().text);
  }
  const auto initially = in.text(in.root(), "", "initially", false);
  if (!in.bad() && !initially.empty() && initially != "on" && initially != "off") in.wrong("/initially", "must be on or off");
  out.starts_off = initially == "off";
  out.min_host = in.text(in.root(), "", "min_host", false);
  if (!out.min_host.empty() && !parse_semver(out.min_host)) in.wrong("/min_host", "must be a semantic version");
  out.upgrade_from = in.text(in.root(), "", "upgrade_from", false);
  if (!out.upgrade_from.empty() && !parse_semver(out.upgrade_from)) in.wrong("/upgrade_from", "must be a semantic version");
  out.created = in.text(in.root(), "", "created", false);
  if (!out.created.empty() && !is_utc_time(out.created)) in.wrong("/created", "must be a time in UTC like 2026-11-24T08:33:59Z");
  out.key_id = in.text(in.root(), "", "key_id", false);
  if (!out.key_id.empty() && !is_hex16(out.key_id)) in.wrong("/key_id", "must be 16 lower-case hexadecimal digits");
}

}  // namespace

bool is_permission(std::string_view text) noexcept {
  if (text.empty() || text.size() > 280) return false;
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != name.npos) return false;
  if (colon == text.npos) return name != "http";
  const auto what = text.substr(colon + 1);
  if (text == "http:*") return true;  // the hosts that the operator names in the grant
  return !what.empty() && what.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-:") == what.npos;
}

bool Manifest::provides_extension(std::string_view extension) const noexcept {
  return std::find(provides.begin(), provides.end(), extension) != provides.end();
}
bool Manifest::asks_permission(std::string_view permission) const noexcept {
  return std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}
std::string Manifest::display_name() const {
  if (const auto english = name.find("en"); english != name.end()) return english->second;
  return name.empty() ? id : name.begin()->second;
}

std::string host_os() { return "linux"; }
std::string host_arch() {
  utsname system{};
  return uname(&system) == 0 ? system.machine : "unknown";
}

Result<Manifest> read_manifest(std::string_view json) {
  auto parsed = parse_json(json, 16);
  if (!parsed) return fail(Errc::invalid, "is not JSON: " + parsed.error().text, parsed.error().where);
  if (!parsed->is_object()) return fail(Errc::invalid, "must be an object");
  Reader in(*parsed);
  Manifest out;
  if (const auto format = in.number(in.root(), "", "format"); !in.bad() && format != 1)
    return fail(Errc::unsupported, "has format " + std::to_string(format) + ", this host reads format 1: upgrade the host", "/format");
  out.id = in.text(in.root(), "", "id", true);
  if (!in.bad() && !is_id(out.id)) in.wrong("/id", "must be a reverse domain name in lower case, like org.example.polite");
  out.version = in.text(in.root(), "", "version", true);
  if (const auto semver = parse_semver(out.version)) out.semver = *semver;
  else in.wrong("/version", "must be a semantic version without build metadata, like 1.2.0");
  out.vendor = in.text(in.root(), "", "vendor", true);
  out.license = in.text(in.root(), "", "license", true);
  if (const Json* names = in.object(in.root(), "", "name", true)) {
    for (const auto& [language, name] : names->items()) {
      if (name.is_string() && !name.get_ref<const std::string&>().empty()) out.name[language] = name.get<std::string>();
      else in.wrong("/name/" + language, "must be a text");
    }
  }
  if (const Json* abi = in.object(in.root(), "", "abi", true)) {
    out.abi_major = in.number(*abi, "/abi", "major");
    out.abi_minor = in.number(*abi, "/abi", "minor");
  }
  read_extensions(in, out);
  read_permissions(in, out);
  read_rest(in, out);
  read_files(in, out);
  if (const auto platform = read_platform(in, out); !platform && !in.bad()) return platform.error();
  if (in.bad()) return in.error();
  return out;
}

}  // namespace hotdesk::plugins
