#include "plugins/library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <atomic>
#include <boost/dll/shared_library.hpp>

#include "plugins/unload/handlers.hpp"
#include "plugins/unload/hooks.hpp"

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
  Handle(const std::string& path, const std::string& mark) : watch(path, mark) {}
  unload::Handlers handlers;
  unload::WatchedImage watch;  ///< from before the mapping until after it
  dll::shared_library library;
};

Library::Library(std::string name, const std::string& mark)
    : handle_(std::make_unique<Handle>(name, mark)), name_(std::move(name)) {}

Library::~Library() {
  // Twice: keys of other threads are waited for once.
  for (int tries = 0; tries < 2 && may_go_later(); ++tries) unload();
  if (handle_ == nullptr) return;
  handle_->watch.abandon();
  (void)handle_.release();  // closing it would pull code from under a thread or a signal handler
}

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

Result<std::unique_ptr<Library>> Library::load(const SealedFile& file, const fs::path& run_dir, const std::string& label,
                                               const std::string& mark) {
  const fs::path path = fs::absolute(run_dir) / next_name(label);
  std::unique_ptr<Library> made(new Library(path.string(), mark.empty() ? label : mark));
  const ShortLivedName name(path, file.fd());
  if (name.error()) return fail(Errc::internal, "cannot make a name in " + run_dir.string() + ": " + name.error().message());
  if (const auto mapped = made->map(); !mapped) return mapped.error();
  return made;
}

Result<std::unique_ptr<Library>> Library::load_named(const std::string& path, const std::string& mark) {
  std::unique_ptr<Library> made(new Library(path, mark));
  if (const auto mapped = made->map(); !mapped) return mapped.error();
  return made;
}

Result<> Library::map() {
  boost::dll::fs::error_code error;
  // The default would be lazy: a missing symbol would then kill the process at the first call instead of failing here.
  handle_->library.load(name_, error, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  if (error) {
    const char* detail = dlerror();  // names the missing symbol or version; the error code does not
    return fail(Errc::unsupported, std::string("cannot be loaded: ") + (detail != nullptr ? detail : error.message()));
  }
  if (!handle_->watch.locate()) return fail(Errc::internal, "the dynamic loader answered with another image");
  if (!handle_->library.has("hotdesk_plugin_query"))
    return fail(Errc::unsupported, "does not export the function hotdesk_plugin_query");
  query_ = &handle_->library.get<std::remove_pointer_t<hotdesk_plugin_query_fn>>("hotdesk_plugin_query");
  return {};
}

bool Library::refuse(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

bool Library::unload() {
  if (handle_ == nullptr) return problem_.empty();
  if (kept_) return false;
  query_ = nullptr;
  auto& watch = handle_->watch;
  const auto owing = watch.detach();
  const auto threads = watch.threads();
  misbehaved_ = threads != 0;
  if (threads != 0)
    return refuse("has " + std::to_string(threads) + " thread(s) of its own at work; plugins start none");
  if (owing != 0)
    return refuse("waits for " + std::to_string(owing) + " thread(s) that still have thread-local objects or keys of it");
  if (const auto signal = handle_->handlers.take_back(watch)) {
    kept_ = misbehaved_ = true;
    return refuse("left a handler for signal " + std::to_string(*signal) + " installed; the former one was put back");
  }
  watch.delete_keys();
  handle_->library.unload();
  const bool gone = !watch.is_mapped();
  if (gone) watch.forget();
  handle_.reset();
  misbehaved_ = !gone;
  if (!gone) return refuse("is still mapped after it was closed");
  problem_.clear();
  return true;
}

}  // namespace hotdesk::plugins
