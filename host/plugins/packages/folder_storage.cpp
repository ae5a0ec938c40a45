#include <algorithm>

#include "plugins/packages/durable_file.hpp"
#include "plugins/packages/storage.hpp"

namespace hotdesk::plugins {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_package = 32 * 1024 * 1024;
constexpr std::size_t most_note = 16 * 1024;
constexpr std::size_t most_packages = 1'000;

bool is_name(std::string_view name) noexcept { return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == name.npos; }

class FolderStorage final : public PackageStorage {
 public:
  explicit FolderStorage(fs::path folder) : folder_(std::move(folder)) {}

  Result<> put(const std::string& sha256, std::string_view bytes, const std::string& note) override {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (!error) fs::permissions(folder_, fs::perms::owner_all, fs::perm_options::replace, error);
    if (error) return fail(Errc::storage, folder_.string() + " cannot be prepared: " + error.message(), folder_.string());
    // The note first: a package without one could be listed, but not say who brought it.
    if (const auto done = write_durably(note_of(sha256), note, 0600); !done) return done;
    return write_durably(package_of(sha256), bytes, 0600);
  }

  Result<SealedFile> get(const std::string& sha256) override {
    if (!is_name(sha256)) return fail(Errc::not_found, "is no name of a package");
    return SealedFile::read(package_of(sha256), "package " + sha256.substr(0, 12), most_package);
  }

  Result<std::vector<StoredPackage>> list() override {
    std::vector<StoredPackage> out;
    std::error_code error;
    if (!fs::exists(folder_, error)) return out;
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
      if (entry.path().extension() != ".hdplugin" || !is_name(entry.path().stem().string())) continue;
      if (out.size() == most_packages) return fail(Errc::too_big, folder_.string() + " holds more than 1,000 packages", folder_.string());
      StoredPackage one{entry.path().stem().string(), {}};
      if (auto note = read_whole(note_of(one.sha256), most_note)) one.note = std::move(*note);
      out.push_back(std::move(one));
    }
    if (error) return fail(Errc::storage, folder_.string() + " cannot be read: " + error.message(), folder_.string());
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.sha256 < b.sha256; });
    return out;
  }

  Result<> erase(const std::string& sha256) override {
    if (!is_name(sha256)) return {};
    std::error_code error;
    fs::remove(package_of(sha256), error);
    if (error) return fail(Errc::storage, package_of(sha256).string() + " cannot be removed: " + error.message());
    fs::remove(note_of(sha256), error);
    return {};
  }

 private:
  fs::path package_of(const std::string& sha256) const { return folder_ / (sha256 + ".hdplugin"); }
  fs::path note_of(const std::string& sha256) const { return folder_ / (sha256 + ".json"); }
  const fs::path folder_;
};

}  // namespace

std::unique_ptr<PackageStorage> make_folder_storage(fs::path folder) { return std::make_unique<FolderStorage>(std::move(folder)); }

}  // namespace hotdesk::plugins
