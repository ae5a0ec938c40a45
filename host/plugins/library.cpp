#include "plugins/library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <atomic>
#include <boost/dll/shared_library.hpp>

namespace hotdesk::plugins {
namespace {

namespace fs = std::filesystem;
namespace dll = boost::dll;

/// A symbolic link to an open file, for as long as the dynamic loader needs to read it.
class ShortLivedName {
 public:
  ShortLivedName(fs::path path, int fd) : path_(std::move(path)) {
    std::error_code ignored;
    fs::remove(path_, ignored);
    fs::create_symlink("/proc/self/fd/" + std::to_string(fd), path_, error_);
  }
  ~ShortLivedName() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  ShortLivedName(const ShortLivedName&) = delete;
  ShortLivedName& operator=(const ShortLivedName&) = delete;
  const std::error_code& error() const { return error_; }

 private:
  fs::path path_;
  std::error_code error_;
};

std::string next_name(const std::string& label) {
  static std::atomic<std::uint64_t> count{0};
  return label + "." + std::to_string(getpid()) + "." + std::to_string(++count) + ".so";
}

}  // namespace

/// The only owner of the library: nothing obtained from it may outlive it.
struct Library::Handle {
  dll::shared_library library;
};

Library::Library() : handle_(std::make_unique<Handle>()) {}
Library::~Library() = default;

bool is_mapped(const std::string& name) {
  struct Search {
    const std::string& name;
    bool found;
  } search{name, false};
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& wanted = *static_cast<Search*>(data);
        wanted.found = info->dlpi_name != nullptr && wanted.name == info->dlpi_name;
        return wanted.found ? 1 : 0;
      },
      &search);
  return search.found;
}

Result<std::unique_ptr<Library>> Library::load(const SealedFile& file, const fs::path& run_dir, const std::string& label) {
  std::unique_ptr<Library> made(new Library);
  const fs::path path = fs::absolute(run_dir) / next_name(label);
  made->name_ = path.string();
  const ShortLivedName name(path, file.fd());
  if (name.error()) return fail(Errc::internal, "cannot make a name in " + run_dir.string() + ": " + name.error().message());
  boost::dll::fs::error_code error;
  // The default would be lazy: a missing symbol would then kill the process at the first call instead of failing here.
  made->handle_->library.load(path, error, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  if (error) {
    const char* detail = dlerror();  // names the missing symbol or version; the error code does not
    return fail(Errc::unsupported, std::string("cannot be loaded: ") + (detail != nullptr ? detail : error.message()));
  }
  if (!is_mapped(made->name_)) return fail(Errc::internal, "the dynamic loader answered with another image");
  if (!made->handle_->library.has("hotdesk_plugin_query"))
    return fail(Errc::unsupported, "does not export the function hotdesk_plugin_query");
  made->query_ = &made->handle_->library.get<std::remove_pointer_t<hotdesk_plugin_query_fn>>("hotdesk_plugin_query");
  return made;
}

bool Library::unload() {
  query_ = nullptr;
  handle_->library.unload();
  return !is_mapped(name_);
}

}  // namespace hotdesk::plugins
