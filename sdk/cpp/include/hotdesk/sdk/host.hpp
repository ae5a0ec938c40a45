#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hotdesk/plugin/call.h"
#include "hotdesk/plugin/clock.h"
#include "hotdesk/plugin/kv.h"
#include "hotdesk/plugin/log.h"
#include "hotdesk/plugin/metrics.h"
#include "hotdesk/plugin/post.h"
#include "hotdesk/plugin/timer.h"
#include "hotdesk/sdk/config.hpp"
#include "hotdesk/sdk/http.hpp"
#include "hotdesk/sdk/knowledge.hpp"
#include "hotdesk/sdk/messages.hpp"
#include "hotdesk/sdk/regex.hpp"

namespace hotdesk::sdk {

/// The host's services for one instance. Cheap to copy; valid while the plugin object lives. A service that the host does
/// not have is silent (log, metrics) or answers HOTDESK_E_UNSUPPORTED. Thread: any.
class Host {
 public:
  explicit Host(const hotdesk_host* raw) noexcept
      : raw_(raw),
        log_(table<hotdesk_host_log>(HOTDESK_EXT_LOG)),
        clock_(table<hotdesk_host_clock>(HOTDESK_EXT_CLOCK)),
        config_(table<hotdesk_host_config>(HOTDESK_EXT_CONFIG)),
        kv_(table<hotdesk_host_kv>(HOTDESK_EXT_KV)),
        metrics_(table<hotdesk_host_metrics>(HOTDESK_EXT_METRICS)),
        timer_(table<hotdesk_host_timer>(HOTDESK_EXT_TIMER)),
        calls_(table<hotdesk_host_call>(HOTDESK_EXT_CALL)),
        http_(table<hotdesk_host_http>(HOTDESK_EXT_HTTP)),
        knowledge_(table<hotdesk_host_knowledge>(HOTDESK_EXT_KNOWLEDGE)),
        messages_(table<hotdesk_host_messages>(HOTDESK_EXT_MESSAGES)),
        post_(table<hotdesk_host_post>(HOTDESK_EXT_POST)),
        regex_(table<hotdesk_host_regex>(HOTDESK_EXT_REGEX)) {}

  const hotdesk_host* raw() const noexcept { return raw_; }
  Config config() const noexcept { return Config(raw_, config_); }

  void log(std::int32_t level, std::string_view line) const {
    if (log_ != nullptr) log_->write(raw_, level, to_text(line));
  }
  void info(std::string_view line) const { log(HOTDESK_LOG_INFO, line); }
  void warn(std::string_view line) const { log(HOTDESK_LOG_WARN, line); }

  std::int64_t now_ms() const { return clock_ != nullptr ? clock_->now_ms(raw_) : 0; }
  std::int64_t steady_ms() const { return clock_ != nullptr ? clock_->steady_ms(raw_) : 0; }

  void count(std::string_view name, double by = 1) const {
    if (metrics_ != nullptr) metrics_->count(raw_, to_text(name), by);
  }
  void gauge(std::string_view name, double value) const {
    if (metrics_ != nullptr) metrics_->gauge(raw_, to_text(name), value);
  }

  std::optional<std::string> kv_get(std::string_view key) const {
    if (kv_ == nullptr) return std::nullopt;
    std::string value;
    hotdesk_sink sink{sizeof(hotdesk_sink), 0, &value, &append};
    return kv_->get(raw_, to_text(key), &sink) == HOTDESK_OK ? std::optional(std::move(value)) : std::nullopt;
  }
  hotdesk_result kv_set(std::string_view key, std::string_view value) const {
    return kv_ != nullptr ? kv_->set(raw_, to_text(key), to_text(value)) : HOTDESK_E_UNSUPPORTED;
  }
  hotdesk_result kv_erase(std::string_view key) const {
    return kv_ != nullptr ? kv_->erase(raw_, to_text(key)) : HOTDESK_E_UNSUPPORTED;
  }
  std::vector<std::string> kv_keys(std::string_view prefix = {}) const {
    std::vector<std::string> keys;
    if (kv_ != nullptr) kv_->list(raw_, to_text(prefix), &keys, &append_key);
    return keys;
  }

  /// Calls `(object.*Method)()` after `delay_ms`, then every `period_ms` (0: once), until the plugin object ends.
  /// What it throws is logged and dropped. Returns the timer, or nullopt when the host refuses.
  template <auto Method, class T>
  std::optional<std::uint64_t> start_timer(std::uint64_t delay_ms, std::uint64_t period_ms, T& object) const {
    std::uint64_t timer = 0;
    if (timer_ == nullptr) return std::nullopt;
    const auto code = timer_->start(raw_, delay_ms, period_ms, &object, &fire<Method, T>, &timer);
    return code == HOTDESK_OK ? std::optional(timer) : std::nullopt;
  }
  /// As above with any function; `user` must live until it fired or the plugin object ends.
  hotdesk_result start_timer(std::uint64_t delay_ms, std::uint64_t period_ms, void* user, void (*function)(void*), std::uint64_t& timer) const {
    return timer_ != nullptr ? timer_->start(raw_, delay_ms, period_ms, user, function, &timer) : HOTDESK_E_UNSUPPORTED;
  }
  void cancel_timer(std::uint64_t timer) const {
    if (timer_ != nullptr) timer_->cancel(raw_, timer);
  }

  // Services for calls; false when this host has none or did not grant it.
  Http http() const noexcept { return Http(http_, calls_); }
  Knowledge knowledge() const noexcept { return Knowledge(knowledge_, calls_); }
  Messages messages() const noexcept { return Messages(messages_, calls_); }
  bool has_regex() const noexcept { return regex_ != nullptr; }
  /// From a plugin's constructor: compiles RE2 expressions. Throws RegexError.
  Regex regex(const std::vector<std::string>& patterns) const { return Regex(raw_, regex_, patterns); }

  /// Puts a message into the call's conversation, as the plugin: HOTDESK_KIND_TEXT, CARD (JSON) or NOTE (staff alone).
  /// `n` tells the posts of one call apart, so that a repeat is not a second message.
  hotdesk_result post(hotdesk_call call, std::int32_t kind, std::string_view body, std::uint32_t n = 0) const {
    return post_ != nullptr ? post_->message(call, kind, to_text(body), n) : HOTDESK_E_UNSUPPORTED;
  }

 private:
  template <class Table>
  const Table* table(const char* id) const noexcept {
    return static_cast<const Table*>(raw_->get_extension(raw_, id));
  }
  static hotdesk_result append(const hotdesk_sink* sink, const void* data, std::uint64_t bytes) noexcept {
    try {
      static_cast<std::string*>(sink->context)->append(static_cast<const char*>(data), static_cast<std::size_t>(bytes));
      return HOTDESK_OK;
    } catch (...) {
      return HOTDESK_E_BUDGET;
    }
  }
  static hotdesk_result append_key(void* context, hotdesk_text key) noexcept {
    try {
      static_cast<std::vector<std::string>*>(context)->emplace_back(to_view(key));
      return HOTDESK_OK;
    } catch (...) {
      return HOTDESK_E_BUDGET;
    }
  }
  template <auto Method, class T>
  static void fire(void* object) noexcept {
    try {
      (static_cast<T*>(object)->*Method)();
    } catch (...) {
    }
  }

  const hotdesk_host* raw_;
  const hotdesk_host_log* log_;
  const hotdesk_host_clock* clock_;
  const hotdesk_host_config* config_;
  const hotdesk_host_kv* kv_;
  const hotdesk_host_metrics* metrics_;
  const hotdesk_host_timer* timer_;
  const hotdesk_host_call* calls_;
  const hotdesk_host_http* http_;
  const hotdesk_host_knowledge* knowledge_;
  const hotdesk_host_messages* messages_;
  const hotdesk_host_post* post_;
  const hotdesk_host_regex* regex_;
};

}  // namespace hotdesk::sdk
