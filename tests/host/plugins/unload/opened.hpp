#pragma once
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "hotdesk/plugin/plugin.h"
#include "plugins/elf_gate.hpp"
#include "plugins/library.hpp"
#include "plugins/package.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins::test {

/// The host's side in its smallest form: calls with memory of the calling thread, a log that is kept, an empty
/// configuration, a clock. Any thread, but for `lines`.
class SmallHost {
 public:
  SmallHost() { raw_ = {sizeof raw_, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, "test", this, &extension}; }
  const hotdesk_host* raw() const { return &raw_; }
  static std::string& failure() {
    thread_local std::string text;
    return text;
  }
  static std::vector<std::unique_ptr<std::string>>& arena() {
    thread_local std::vector<std::unique_ptr<std::string>> pieces;
    return pieces;
  }

 private:
  static const char* keep(hotdesk_call, const char* data, std::uint64_t bytes) {
    return arena().emplace_back(std::make_unique<std::string>(data, bytes))->data();
  }
  static hotdesk_result fail(hotdesk_call, hotdesk_result code, hotdesk_text, hotdesk_text text) {
    failure().assign(text.data, text.size);
    return code;
  }
  static const void* extension(const hotdesk_host*, const char* id) {
    static constexpr hotdesk_host_call call{
        sizeof call, 0, &keep, &fail, [](hotdesk_call, void*) -> hotdesk_result { return HOTDESK_E_UNSUPPORTED; },
        [](hotdesk_call) -> void* { return nullptr; },
        [](hotdesk_call, hotdesk_result, const void*) -> hotdesk_result { return HOTDESK_E_UNSUPPORTED; }};
    static constexpr hotdesk_host_log log{sizeof log, 0, [](const hotdesk_host*, std::int32_t, hotdesk_text) {}};
    static constexpr hotdesk_host_clock clock{sizeof clock, 0, [](const hotdesk_host*) -> std::int64_t { return 1; },
                                              [](const hotdesk_host*) -> std::int64_t { return 1; }};
    static constexpr hotdesk_host_config config{
        sizeof config, 0, [](const hotdesk_host*) { return hotdesk_text{"{}", 2}; },
        [](const hotdesk_host*, hotdesk_text, hotdesk_config_value*) -> hotdesk_result { return HOTDESK_SKIP; },
        [](const hotdesk_host*, hotdesk_text, hotdesk_text) -> hotdesk_result { return HOTDESK_OK; }};
    static constexpr hotdesk_host_metrics metrics{
        sizeof metrics, 0, [](const hotdesk_host*, hotdesk_text, double) -> hotdesk_result { return HOTDESK_OK; },
        [](const hotdesk_host*, hotdesk_text, double) -> hotdesk_result { return HOTDESK_OK; }};
    if (std::strcmp(id, HOTDESK_EXT_CALL) == 0) return &call;
    if (std::strcmp(id, HOTDESK_EXT_LOG) == 0) return &log;
    if (std::strcmp(id, HOTDESK_EXT_CLOCK) == 0) return &clock;
    if (std::strcmp(id, HOTDESK_EXT_CONFIG) == 0) return &config;
    if (std::strcmp(id, HOTDESK_EXT_METRICS) == 0) return &metrics;
    return nullptr;
  }
  hotdesk_host raw_{};
};

/// A loaded library with one instance of its filter: what Image and Instance do, without gate, releases and threads.
class Opened {
 public:
  Opened(const SealedFile& file, const std::filesystem::path& run_dir, SmallHost& host) {
    auto loaded = Library::load(file, run_dir, "test.opened");
    if (!loaded) throw std::runtime_error(loaded.error().text);
    library = std::move(*loaded);
    descriptor_ = library->query()(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
    if (descriptor_ == nullptr) return;
    if (descriptor_->init(host.raw(), &shared_) != HOTDESK_OK) throw std::runtime_error("init");
    if (descriptor_->create(shared_, host.raw(), &instance_) != HOTDESK_OK) throw std::runtime_error("create");
    filter_ = static_cast<const hotdesk_filter*>(descriptor_->get_extension(HOTDESK_EXT_FILTER));
  }
  /// On any thread: the result, and the new text of a rewrite.
  hotdesk_result inspect(std::string_view text, std::string* rewritten = nullptr) const {
    hotdesk_filter_message message{};
    message.size = sizeof message;
    message.text = {text.data(), text.size()};
    hotdesk_filter_answer answer{};
    answer.size = sizeof answer;
    const CallMark mark(this_thread(), "test.opened");
    const auto code = filter_->inspect(instance_, 1, &message, &answer);
    if (rewritten != nullptr) rewritten->assign(answer.text.data != nullptr ? answer.text.data : "", answer.text.size);
    SmallHost::arena().clear();
    return code;
  }
  /// Once, before library->unload() is tried.
  void end() {
    if (descriptor_ == nullptr) return;
    descriptor_->destroy(instance_);
    descriptor_->deinit(shared_);
    descriptor_ = nullptr;
  }
  std::unique_ptr<Library> library;

 private:
  const hotdesk_plugin_descriptor* descriptor_ = nullptr;
  hotdesk_shared* shared_ = nullptr;
  hotdesk_instance* instance_ = nullptr;
  const hotdesk_filter* filter_ = nullptr;
};

}  // namespace hotdesk::plugins::test
