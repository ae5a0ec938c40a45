// hotdesk plugin new: a plugin's project from one of the SDK's templates
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "app/cli/command.hpp"
#include "app/cli/plugin_tools.hpp"
#include "base/text.hpp"

namespace hotdesk::app::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_bytes = 1024 * 1024;  // of a template's file
constexpr int most_files = 1000;

struct Wishes {
  std::string name;
  std::string language = "cpp";
  std::string id;
  std::string vendor = "Example";
  std::string sdk;
  std::string into = ".";
};

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 63 || name.front() < 'a' || name.front() > 'z' || name.back() == '-') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
}

bool is_reverse_domain(std::string_view id) {
  if (id.size() > 128 || id.find('.') == id.npos || id.front() == '.' || id.back() == '.') return false;
  return id.find("..") == id.npos && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == id.npos;
}

Result<> check(const Wishes& wishes) {
  if (!is_name(wishes.name))
    return fail(Errc::invalid, "must begin with a small letter and have small letters, digits and single hyphens alone, like my-filter", "NAME");
  if (!is_reverse_domain(wishes.id)) return fail(Errc::invalid, "must be a reverse domain name in lower case, like com.acme.my-filter", "--id");
  const auto& vendor = wishes.vendor;
  if (vendor.empty() || vendor.size() > 100 || !is_clean_text(vendor) || vendor.find_first_of("\"\\\n\t") != vendor.npos)
    return fail(Errc::invalid, "must be a name of 1 to 100 bytes without quotes", "--vendor");
  return {};
}

/// The folder share/hotdesk-sdk of an installed SDK, wherever it is said or usual to be.
Result<fs::path> find_sdk(const std::string& wanted) {
  std::error_code ignored;
  const auto named = std::getenv("HOTDESK_SDK");
  const std::string said = !wanted.empty() ? wanted : named != nullptr ? named : "";
  if (!said.empty()) {
    for (const auto& folder : {fs::path(said) / "share" / "hotdesk-sdk", fs::path(said)})
      if (fs::is_directory(folder / "c" / "template", ignored)) return fs::absolute(folder).lexically_normal();
    return fail(Errc::not_found, "holds no SDK (share/hotdesk-sdk)", said);
  }
  const auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path().parent_path();
  for (const fs::path& prefix : {program, fs::path("/usr/local"), fs::path("/usr")})
    if (const auto folder = prefix / "share" / "hotdesk-sdk"; fs::is_directory(folder / "c" / "template", ignored)) return folder;
  return fail(Errc::not_found, "no SDK beside this program, in /usr/local or in /usr: say where with --sdk or HOTDESK_SDK");
}

std::string fill(std::string text, const std::vector<std::pair<std::string_view, std::string>>& values) {
  for (const auto& [key, value] : values)
    for (auto at = text.find(key); at != text.npos; at = text.find(key, at + value.size())) text.replace(at, key.size(), value);
  return text;
}

Result<> copy_filled(const fs::path& from, const fs::path& to, const std::vector<std::pair<std::string_view, std::string>>& values) {
  if (fs::file_size(from) > most_bytes) return fail(Errc::too_big, "is larger than 1 MiB", from.string());
  std::ifstream in(from, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  std::ofstream out(to, std::ios::binary);
  out << fill(text.str(), values);
  out.close();
  if (!in || !out) return fail(Errc::storage, "cannot be written", to.string());
  fs::permissions(to, fs::status(from).permissions());
  return {};
}

Result<std::vector<std::string>> make_project(const fs::path& sdk, const fs::path& project, const Wishes& wishes) {
  const fs::path source = sdk / wishes.language / "template";
  if (!fs::is_directory(source)) return fail(Errc::not_found, "this SDK has no template for " + wishes.language, source.string());
  if (fs::exists(project)) return fail(Errc::conflict, "exists already", project.string());
  const std::vector<std::pair<std::string_view, std::string>> values{
      {"@ID@", wishes.id}, {"@NAME@", wishes.name}, {"@VENDOR@", wishes.vendor}, {"@SDK@", sdk.string()}};
  std::vector<std::string> files;
  fs::create_directories(project);
  for (const auto& entry : fs::recursive_directory_iterator(source)) {
    const fs::path relative = entry.path().lexically_relative(source);
    if (entry.is_directory()) {
      fs::create_directories(project / relative);
    } else if (entry.is_regular_file() && !entry.is_symlink()) {
      if (files.size() == most_files) return fail(Errc::too_big, "has more than 1,000 files", source.string());
      if (const auto copied = copy_filled(entry.path(), project / relative, values); !copied) return copied.error();
      files.push_back(relative.string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// What to type next; `project` as it was written on the line.
std::vector<std::string> next_commands(const fs::path& sdk, const std::string& project, const Wishes& wishes) {
  const std::string prefix = sdk.parent_path().parent_path().string();
  if (wishes.language == "rust")
    return {"cd " + project, "cargo test --offline", sdk.string() + "/rust/hotdesk-folder.sh",
            "hotdesk plugin validate target/plugins/" + wishes.id + "/1.0.0"};
  return {"cd " + project, "cmake -S . -B build -DCMAKE_PREFIX_PATH=" + prefix, "cmake --build build", "ctest --test-dir build --output-on-failure",
          "hotdesk plugin validate build/plugins/" + wishes.id + "/1.0.0"};
}

int run_new(const Line& line, Wishes wishes) {
  if (wishes.id.empty()) wishes.id = "com.example." + wishes.name;
  if (const auto good = check(wishes); !good) return line.fail(good.error());
  const auto sdk = find_sdk(wishes.sdk);
  if (!sdk) return line.fail(sdk.error());
  const fs::path project = (fs::path(wishes.into) / wishes.name).lexically_normal();
  const auto files = make_project(*sdk, project, wishes);
  if (!files) return line.fail(files.error());
  const auto next = next_commands(*sdk, project.string(), wishes);
  std::string words = project.string() + ": " + std::to_string(files->size()) + " files, plugin " + wishes.id + "\n\nNext:\n";
  for (const auto& command : next) words += "  " + command + "\n";
  return line.print(words, Json{{"folder", project.string()}, {"id", wishes.id}, {"files", *files}, {"next", next}});
}

}  // namespace

void add_plugin_new(CLI::App& plugin, Line& line) {
  auto* command = plugin.add_subcommand("new", "Begin a plugin: a project with a test, from the SDK's template");
  const auto wishes = std::make_shared<Wishes>();
  command->add_option("name", wishes->name, "Name of the project, such as my-filter")->required();
  command->add_option("--lang", wishes->language, "Language")->check(CLI::IsMember({"c", "cpp", "rust"}))->capture_default_str();
  command->add_option("--id", wishes->id, "Id of the plugin, a reverse domain name (default com.example.<name>)");
  command->add_option("--vendor", wishes->vendor, "Who makes it")->capture_default_str();
  command->add_option("--sdk", wishes->sdk, "Where the SDK is installed (default: beside this program)");
  command->add_option("--into", wishes->into, "Folder to make the project in")->capture_default_str();
  command->callback([&line, wishes] { line.chosen = [&line, wishes] { return run_new(line, *wishes); }; });
}

}  // namespace hotdesk::app::cli
