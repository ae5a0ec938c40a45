#include "plugins/validate/subject.hpp"

#include <stdlib.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "base/json.hpp"
#include "hotdesk/plugin/version.h"
#include "plugins/packages/archive.hpp"
#include "plugins/sealed_file.hpp"

namespace hotdesk::plugins::validate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file = 32 * 1024 * 1024;
constexpr const char* library_file = "lib/plugin.so";

Result<std::string> read_file(const fs::path& path) {
  const auto sealed = SealedFile::read(path, "validate", most_file);
  if (!sealed) return fail(sealed.error().code, sealed.error().text, path.string());
  return std::string(sealed->bytes());
}

Result<fs::path> make_temporary() {
  std::string name = (fs::temp_directory_path() / "hotdesk-validate.XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return fail(Errc::storage, "cannot make a temporary folder", name);
  return fs::path(name);
}

Result<> write_file(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (error || !out) return fail(Errc::storage, "cannot be written", path.string());
  return {};
}

Result<> unpack(const fs::path& archive, const fs::path& to) {
  const auto bytes = read_file(archive);
  if (!bytes) return bytes.error();
  const auto entries = read_archive(*bytes);
  if (!entries) return entries.error();
  for (const auto& [path, content] : *entries)  // read_archive() lets no path out of the folder
    if (const auto written = write_file(to / path, content); !written) return written.error();
  return {};
}

std::string manifest_of(const Subject::Described& described, const std::string& sha256) {
  return Json{{"format", 1},
              {"id", described.id},
              {"version", described.version},
              {"vendor", "(none)"},
              {"name", {{"en", described.id}}},
              {"license", "(none)"},
              {"abi", {{"major", HOTDESK_ABI_MAJOR}, {"minor", HOTDESK_ABI_MINOR}}},
              {"platforms", {{{"os", host_os()}, {"arch", host_arch()}, {"file", library_file}, {"build_id", described.build_id}}}},
              {"extensions", {{"provides", described.provides}}},
              {"state", {{"schema", described.state_schema}, {"reads", {described.state_schema}}, {"writes", {described.state_schema}}}},
              {"files", {{library_file, sha256}}}}
      .dump();
}

}  // namespace

Subject::~Subject() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

Subject::Subject(Subject&& other) noexcept
    : package_(std::move(other.package_)), temporary_(std::exchange(other.temporary_, {})), bare_(other.bare_) {}

const std::string& Subject::library_sha256() const noexcept {
  static const std::string none;
  const auto found = package_.manifest.files.find(package_.manifest.library);
  return found != package_.manifest.files.end() ? found->second : none;
}

Result<Subject> Subject::open_folder(const fs::path& folder) {
  const auto text = read_file(folder / "manifest.json");
  if (!text) return text.error();
  const auto manifest = read_manifest(*text);
  if (!manifest) return fail(manifest.error().code, manifest.error().where + " " + manifest.error().text, (folder / "manifest.json").string());
  Subject subject;
  subject.package_ = read_package(fs::absolute(folder), manifest->id, manifest->version);
  if (!subject.package_.problem.empty()) return fail(Errc::invalid, subject.package_.problem, folder.string());
  return subject;
}

Result<Subject> Subject::open(const fs::path& path, Describe describe, void* context) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return open_folder(path);
  if (!fs::exists(path, ignored)) return fail(Errc::not_found, "is neither a folder nor a file", path.string());
  auto temporary = make_temporary();
  if (!temporary) return temporary.error();
  Subject owner;  // removes the folder if something fails
  owner.temporary_ = *temporary;
  if (path.extension() == ".so") {
    const auto described = describe(fs::absolute(path), context);
    if (!described) return described.error();
    const auto sealed = SealedFile::read(fs::absolute(path), "validate", most_file);
    if (!sealed) return fail(sealed.error().code, sealed.error().text, path.string());
    if (const auto written = write_file(*temporary / library_file, sealed->bytes()); !written) return written.error();
    if (const auto written = write_file(*temporary / "manifest.json", manifest_of(*described, sealed->sha256_hex())); !written) return written.error();
  } else if (const auto unpacked = unpack(path, *temporary); !unpacked) {
    return fail(unpacked.error().code, unpacked.error().text, path.string() + (unpacked.error().where.empty() ? "" : " " + unpacked.error().where));
  }
  auto subject = open_folder(*temporary);
  if (!subject) return subject.error();
  subject->temporary_ = std::exchange(owner.temporary_, {});
  subject->bare_ = path.extension() == ".so";
  return subject;
}

}  // namespace hotdesk::plugins::validate
