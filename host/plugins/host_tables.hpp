#pragma once
#include "plugins/abi_text.hpp"
#include "plugins/host_services.hpp"

namespace hotdesk::plugins {

/// The functions behind the host's tables. They are called by plugins, so nothing thrown leaves them.
struct HostTables {
  static const void* get_extension(const hotdesk_host* host, const char* id) noexcept;

  static void log_write(const hotdesk_host* host, std::int32_t level, hotdesk_text line) noexcept;
  static std::int64_t clock_now(const hotdesk_host* host) noexcept;
  static std::int64_t clock_steady(const hotdesk_host* host) noexcept;

  static hotdesk_text config_json(const hotdesk_host* host) noexcept;
  static hotdesk_result config_get(const hotdesk_host* host, hotdesk_text pointer, hotdesk_config_value* value) noexcept;
  static hotdesk_result config_reject(const hotdesk_host* host, hotdesk_text pointer, hotdesk_text text) noexcept;

  static hotdesk_result kv_get(const hotdesk_host* host, hotdesk_text key, const hotdesk_sink* sink) noexcept;
  static hotdesk_result kv_set(const hotdesk_host* host, hotdesk_text key, hotdesk_text value) noexcept;
  static hotdesk_result kv_erase(const hotdesk_host* host, hotdesk_text key) noexcept;
  static hotdesk_result kv_list(const hotdesk_host* host, hotdesk_text prefix, void* context,
                                hotdesk_result (*each)(void*, hotdesk_text)) noexcept;

  static hotdesk_result metrics_count(const hotdesk_host* host, hotdesk_text name, double by) noexcept;
  static hotdesk_result metrics_gauge(const hotdesk_host* host, hotdesk_text name, double value) noexcept;

  static hotdesk_result timer_start(const hotdesk_host* host, std::uint64_t delay_ms, std::uint64_t period_ms, void* user,
                                    void (*fire)(void*), std::uint64_t* timer) noexcept;
  static hotdesk_result timer_cancel(const hotdesk_host* host, std::uint64_t timer) noexcept;

  static const char* call_keep(hotdesk_call call, const char* data, std::uint64_t bytes) noexcept;
  static hotdesk_result call_fail(hotdesk_call call, hotdesk_result code, hotdesk_text path, hotdesk_text text) noexcept;
  static hotdesk_result call_set_user(hotdesk_call call, void* user) noexcept;
  static void* call_get_user(hotdesk_call call) noexcept;
  static hotdesk_result call_complete(hotdesk_call call, hotdesk_result code, const void* answer) noexcept;

 private:
  static HostSide& side(const hotdesk_host* host) noexcept { return *static_cast<HostSide*>(host->internal); }
};

}  // namespace hotdesk::plugins
