#include "plugins/image.hpp"

#include <cstddef>
#include <cstring>

#include "plugins/elf_gate.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/signal_guard.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

/// The plugin's table for an extension, if it reaches as far as minor 0 of the ABI did.
template <class Table>
const Table* table_of(const hotdesk_plugin_descriptor& descriptor, const char* id, std::size_t least) {
  const auto* table = static_cast<const Table*>(descriptor.get_extension(id));
  return table != nullptr && table->size >= least ? table : nullptr;
}

}  // namespace

Image::Image(const Package& package, Services& services, std::int64_t now_ms)
    : facts_(std::make_shared<const Facts>(package)),
      loaded_at_(now_ms),
      services_(services),
      host_(services, {package.id, package.version, facts_->mark, {}}) {}

Image::~Image() {
  if (!unload() && library_) ++services_.unproven;
}

Result<std::unique_ptr<Image>> Image::load(const Package& package, Services& services, const std::filesystem::path& run_dir,
                                           std::int64_t now_ms) {
  if (!package.problem.empty()) return fail(Errc::unsupported, package.problem, package.id + "@" + package.version);
  const auto refused = [&](const Error& error) {
    return fail(error.code, package.id + " " + package.version + ": " + error.text, error.where);
  };
  if (const auto fits = negotiate(package.manifest, services.host_version); !fits) return refused(fits.error());
  const auto file = open_library(package);
  if (!file) return refused(fail(file.error().code, package.manifest.library + " " + file.error().text, file.error().where));
  if (const auto gate = check_library(file->bytes()); !gate)
    return refused(fail(gate.error().code, package.manifest.library + " " + gate.error().text, package.manifest.library));

  std::unique_ptr<Image> image(new Image(package, services, now_ms));
  auto library = Library::load(*file, run_dir, image->tag());
  if (!library) return refused(library.error());
  image->library_ = std::move(*library);
  ++services.loaded;
  if (const auto asked = image->ask(); !asked) return refused(asked.error());
  if (const auto ready = image->initialize(); !ready) return refused(ready.error());
  return image;
}

Result<std::unique_ptr<Image>> Image::load_named(const Package& package, Services& services, const std::string& path,
                                                 std::int64_t now_ms) {
  const auto refused = [&](const Error& error) {
    return fail(error.code, package.id + " " + package.version + ": " + error.text, error.where);
  };
  std::unique_ptr<Image> image(new Image(package, services, now_ms));
  auto library = Library::load_named(path, image->mark());
  if (!library) return refused(library.error());
  image->library_ = std::move(*library);
  ++services.loaded;
  if (const auto asked = image->ask(); !asked) return refused(asked.error());
  if (const auto ready = image->initialize(); !ready) return refused(ready.error());
  return image;
}

Result<> Image::ask() {
  const CallMark marked(this_thread(), facts_->mark.c_str());
  descriptor_ = library_->query()(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
  if (const auto same = compare(descriptor_, manifest()); !same) return same.error();
  if (descriptor_->get_extension("hotdesk.unknown/0") != nullptr)
    return fail(Errc::unsupported, "answers for an extension that does not exist; get_extension must give NULL for unknown ids");
  tables_.filter = table_of<hotdesk_filter>(*descriptor_, HOTDESK_EXT_FILTER, offsetof(hotdesk_filter, cancel) + 8);
  tables_.router = table_of<hotdesk_router>(*descriptor_, HOTDESK_EXT_ROUTER, offsetof(hotdesk_router, cancel) + 8);
  tables_.responder = table_of<hotdesk_responder>(*descriptor_, HOTDESK_EXT_RESPONDER, offsetof(hotdesk_responder, cancel) + 8);
  tables_.gray = table_of<hotdesk_gray>(*descriptor_, HOTDESK_EXT_GRAY, offsetof(hotdesk_gray, assign) + 8);
  tables_.events = table_of<hotdesk_events>(*descriptor_, HOTDESK_EXT_EVENTS, offsetof(hotdesk_events, on_event) + 8);
  tables_.state = table_of<hotdesk_state>(*descriptor_, HOTDESK_EXT_STATE, offsetof(hotdesk_state, import_state) + 8);
  tables_.health = table_of<hotdesk_health>(*descriptor_, HOTDESK_EXT_HEALTH, offsetof(hotdesk_health, check) + 8);
  for (const auto& provided : manifest().provides) {
    if (descriptor_->get_extension(provided.c_str()) == nullptr)
      return fail(Errc::unsupported, "does not have the extension " + provided + " that its manifest provides");
  }
  if ((tables_.filter != nullptr && tables_.filter->inspect == nullptr) || (tables_.router != nullptr && tables_.router->route == nullptr) ||
      (tables_.responder != nullptr && tables_.responder->reply == nullptr) ||
      (tables_.gray != nullptr && tables_.gray->assign == nullptr) || (tables_.events != nullptr && tables_.events->on_event == nullptr) ||
      (tables_.state != nullptr && (tables_.state->export_state == nullptr || tables_.state->import_state == nullptr)))
    return fail(Errc::unsupported, "has an extension without its function");
  return {};
}

Result<> Image::initialize() {
  SignalGuard signals;
  const CallMark marked(this_thread(), facts_->mark.c_str());
  hotdesk_result code = HOTDESK_E_INTERNAL;
  try {
    code = descriptor_->init(host_.raw(), &shared_);
  } catch (...) {
    return fail(Errc::unsupported, "threw an exception in init; exceptions must not leave a plugin");
  }
  initialized_ = code == HOTDESK_OK;
  if (const auto signal = signals.restore())
    return fail(Errc::unsupported, "installed a handler for signal " + std::to_string(*signal) + "; plugins must not");
  if (!initialized_) return fail(Errc::unsupported, std::string("failed to initialize (") + result_name(code) + ")");
  return {};
}

bool Image::unload() {
  if (!library_) return unload_problem_.empty();
  host_.close();
  SignalGuard signals;
  {
    const CallMark marked(this_thread(), facts_->mark.c_str());
    if (initialized_) descriptor_->deinit(shared_);
    initialized_ = false;
  }
  signals.restore();
  descriptor_ = nullptr;
  tables_ = {};
  const CallMark marked(this_thread(), facts_->mark.c_str());  // static destructors run inside
  const bool gone = library_->unload();
  unload_problem_ = library_->problem();
  misbehaved_ = library_->misbehaved();
  if (!gone && library_->may_go_later()) return false;
  library_.reset();
  ++(gone ? services_.unloaded : services_.unproven);
  return gone;
}

}  // namespace hotdesk::plugins
