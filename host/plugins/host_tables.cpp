#include "plugins/host_tables.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "plugins/calls/call_table.hpp"
#include "plugins/calls/translate.hpp"
#include "plugins/lanes/perform.hpp"
#include "plugins/services/regex_sets.hpp"
#include "plugins/services/tables.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_line = 4096;
constexpr std::size_t most_reason = 1024;
std::atomic<std::uint64_t> gone{0};

/// What a plugin says may be broken text: it ends in logs and JSON.
std::string clean(hotdesk_text text, std::size_t most) {
  const auto view = to_view(text).substr(0, most);
  if (is_clean_text(view)) return std::string(view);
  std::string result;
  for (const char c : view) result += static_cast<unsigned char>(c) >= 0x80 || c == '\0' ? '?' : c;
  return result;
}

/// Runs what may throw (out of memory) and answers with a code instead.
template <class Work>
hotdesk_result guarded(const Work& work) noexcept {
  try {
    return work();
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

void fill(const Json& found, hotdesk_config_value& value) {
  switch (found.type()) {
    case Json::value_t::boolean:
      value.type = HOTDESK_CONFIG_BOOL;
      value.integer = found.get<bool>() ? 1 : 0;
      break;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      value.type = HOTDESK_CONFIG_INTEGER;
      value.integer = found.get<std::int64_t>();
      value.number = found.get<double>();
      break;
    case Json::value_t::number_float:
      value.type = HOTDESK_CONFIG_NUMBER;
      value.number = found.get<double>();
      break;
    case Json::value_t::string:
      value.type = HOTDESK_CONFIG_TEXT;
      value.text = to_text(found.get_ref<const std::string&>());
      break;
    case Json::value_t::array:
    case Json::value_t::object:
      value.type = found.is_array() ? HOTDESK_CONFIG_ARRAY : HOTDESK_CONFIG_OBJECT;
      value.count = found.size();
      break;
    default: value.type = HOTDESK_CONFIG_NULL;
  }
}

/// A pending call that belongs to the plugin at work on this thread.
std::shared_ptr<Call> find_own(hotdesk_call call) noexcept {
  auto found = CallTable::instance().find(call);
  if (found && (found->side == nullptr || this_thread().side != found->side)) {
    count_gone_call();
    return nullptr;
  }
  return found;
}

hotdesk_result inline_or_gone(hotdesk_call call) noexcept {
  if (find_call(call) != nullptr) return HOTDESK_E_UNSUPPORTED;
  count_gone_call();
  return HOTDESK_E_GONE;
}

}  // namespace

std::uint64_t gone_handles() noexcept { return gone.load(std::memory_order_relaxed); }
void count_gone_call() noexcept { gone.fetch_add(1, std::memory_order_relaxed); }

void HostTables::log_write(const hotdesk_host* host, std::int32_t level, hotdesk_text line) noexcept {
  HostSide& me = side(host);
  try {
    const std::int64_t second = me.services_.clock.steady_ms() / 1000;
    if (me.log_second_.exchange(second) != second) me.log_lines_ = 0;
    if (me.log_lines_.fetch_add(1) >= me.granted_.budgets.log_lines) return;
    const auto known = static_cast<LogLevel>(std::clamp(level, 0, 3));
    me.log(known, clean(line, most_line));
  } catch (...) {
  }
}

std::int64_t HostTables::clock_now(const hotdesk_host* host) noexcept { return side(host).services_.clock.now_ms(); }
std::int64_t HostTables::clock_steady(const hotdesk_host* host) noexcept { return side(host).services_.clock.steady_ms(); }

hotdesk_text HostTables::config_json(const hotdesk_host* host) noexcept { return to_text(side(host).config_text_); }

hotdesk_result HostTables::config_get(const hotdesk_host* host, hotdesk_text pointer, hotdesk_config_value* value) noexcept {
  const HostSide& me = side(host);
  return guarded([&]() -> hotdesk_result {
    Json::json_pointer where;
    try {
      where = Json::json_pointer(std::string(to_view(pointer)));
    } catch (const Json::exception&) {
      return HOTDESK_E_INVALID;
    }
    try {
      if (!me.config_->contains(where)) return HOTDESK_SKIP;
      hotdesk_config_value found{};
      fill(me.config_->at(where), found);
      found.size = value->size;
      std::memcpy(value, &found, std::min<std::size_t>(value->size, sizeof found));
      return HOTDESK_OK;
    } catch (const Json::exception&) {  // "/words/x" in a list
      return HOTDESK_SKIP;
    }
  });
}

hotdesk_result HostTables::config_reject(const hotdesk_host* host, hotdesk_text pointer, hotdesk_text text) noexcept {
  HostSide& me = side(host);
  if (!me.creating_) return HOTDESK_E_STATE;
  return guarded([&]() -> hotdesk_result {
    me.rejected_path_ = clean(pointer, most_reason);
    me.rejected_text_ = clean(text, most_reason);
    return HOTDESK_OK;
  });
}

hotdesk_result HostTables::kv_get(const hotdesk_host* host, hotdesk_text key, const hotdesk_sink* sink) noexcept {
  return guarded([&] { return side(host).kv_->get(to_view(key), *sink); });
}
hotdesk_result HostTables::kv_set(const hotdesk_host* host, hotdesk_text key, hotdesk_text value) noexcept {
  return guarded([&] { return side(host).kv_->set(to_view(key), to_view(value)); });
}
hotdesk_result HostTables::kv_erase(const hotdesk_host* host, hotdesk_text key) noexcept {
  return guarded([&] { return side(host).kv_->erase(to_view(key)); });
}
hotdesk_result HostTables::kv_list(const hotdesk_host* host, hotdesk_text prefix, void* context,
                                   hotdesk_result (*each)(void*, hotdesk_text)) noexcept {
  return guarded([&] { return side(host).kv_->list(to_view(prefix), context, each); });
}

hotdesk_result HostTables::metrics_count(const hotdesk_host* host, hotdesk_text name, double by) noexcept {
  HostSide& me = side(host);
  return guarded([&] { return me.services_.metrics.count(me.identity_.id, me.identity_.version, to_view(name), by); });
}
hotdesk_result HostTables::metrics_gauge(const hotdesk_host* host, hotdesk_text name, double value) noexcept {
  HostSide& me = side(host);
  return guarded([&] { return me.services_.metrics.gauge(me.identity_.id, me.identity_.version, to_view(name), value); });
}

hotdesk_result HostTables::timer_start(const hotdesk_host* host, std::uint64_t delay_ms, std::uint64_t period_ms, void* user,
                                       void (*fire)(void*), std::uint64_t* timer) noexcept {
  HostSide& me = side(host);
  if (me.closed_) return HOTDESK_E_STATE;
  return guarded([&] { return me.services_.timers.start(&me, me.mark(), delay_ms, period_ms, user, fire, *timer); });
}
hotdesk_result HostTables::timer_cancel(const hotdesk_host* host, std::uint64_t timer) noexcept {
  HostSide& me = side(host);
  return guarded([&] { return me.services_.timers.cancel(&me, timer); });
}

const char* HostTables::call_keep(hotdesk_call call, const char* data, std::uint64_t bytes) noexcept {
  if (bytes > Arena::most || (data == nullptr && bytes != 0)) return nullptr;
  const std::string_view view(data, static_cast<std::size_t>(bytes));
  if ((call & outlasting_call) != 0) {
    const auto found = find_own(call);
    return found ? found->keep(view) : nullptr;
  }
  ThreadRecord* record = find_call(call);
  if (record != nullptr) return record->arena.keep(view);
  count_gone_call();
  return nullptr;
}

hotdesk_result HostTables::call_fail(hotdesk_call call, hotdesk_result code, hotdesk_text path, hotdesk_text text) noexcept {
  return guarded([&]() -> hotdesk_result {
    if ((call & outlasting_call) != 0) {
      const auto found = find_own(call);
      if (!found) return HOTDESK_E_GONE;
      found->set_failure(clean(path, most_reason), clean(text, most_reason));
      return HOTDESK_OK;
    }
    ThreadRecord* record = find_call(call);
    if (record == nullptr) {
      count_gone_call();
      return HOTDESK_E_GONE;
    }
    record->failed_code = code;
    record->failed_path = clean(path, most_reason);
    record->failed_text = clean(text, most_reason);
    return HOTDESK_OK;
  });
}

// Inline calls end when they return: nothing is pending, so there is nothing to keep a pointer with or to complete.
hotdesk_result HostTables::call_set_user(hotdesk_call call, void* user) noexcept {
  if ((call & outlasting_call) == 0) return inline_or_gone(call);
  const auto found = find_own(call);
  if (!found) return HOTDESK_E_GONE;
  found->set_user(user);
  return HOTDESK_OK;
}
void* HostTables::call_get_user(hotdesk_call call) noexcept {
  if ((call & outlasting_call) == 0) return nullptr;
  const auto found = find_own(call);
  return found ? found->user() : nullptr;
}
hotdesk_result HostTables::call_complete(hotdesk_call call, hotdesk_result code, const void* answer) noexcept {
  if ((call & outlasting_call) == 0) return inline_or_gone(call);
  return guarded([&]() -> hotdesk_result {
    const auto found = find_own(call);
    if (!found) return HOTDESK_E_GONE;
    Outcome outcome = outcome_of(*found, known_code(code) == HOTDESK_PENDING ? HOTDESK_E_INVALID : code, answer);
    if (!found->claim()) return HOTDESK_E_GONE;
    // What follows may call other plugins, or this one: not from inside its code.
    CallTable::instance().post([found, outcome = std::move(outcome)]() mutable { found->deliver(std::move(outcome)); });
    return HOTDESK_OK;
  });
}

const void* HostTables::get_extension(const hotdesk_host* host, const char* id) noexcept {
  static constexpr hotdesk_host_call call{sizeof call, 0, &call_keep, &call_fail, &call_set_user, &call_get_user, &call_complete};
  static constexpr hotdesk_host_log log{sizeof log, 0, &log_write};
  static constexpr hotdesk_host_clock clock{sizeof clock, 0, &clock_now, &clock_steady};
  static constexpr hotdesk_host_config config{sizeof config, 0, &config_json, &config_get, &config_reject};
  static constexpr hotdesk_host_kv kv{sizeof kv, 0, &kv_get, &kv_set, &kv_erase, &kv_list};
  static constexpr hotdesk_host_metrics metrics{sizeof metrics, 0, &metrics_count, &metrics_gauge};
  static constexpr hotdesk_host_timer timer{sizeof timer, 0, &timer_start, &timer_cancel};
  if (id == nullptr) return nullptr;
  const std::string_view wanted(id);
  if (wanted == HOTDESK_EXT_CALL) return &call;
  if (wanted == HOTDESK_EXT_LOG) return &log;
  if (wanted == HOTDESK_EXT_CLOCK) return &clock;
  const HostSide& me = side(host);
  if (!me.whole_) return nullptr;
  if (wanted == HOTDESK_EXT_CONFIG) return &config;
  if (wanted == HOTDESK_EXT_KV) return me.kv_ ? &kv : nullptr;
  if (wanted == HOTDESK_EXT_METRICS) return &metrics;
  if (wanted == HOTDESK_EXT_TIMER) return &timer;
  if (wanted == HOTDESK_EXT_REGEX) return &RegexSets::table();
  if (wanted == HOTDESK_EXT_REPLY) return &reply_table();
  const auto& ports = me.services_.ports;
  if (wanted == HOTDESK_EXT_HTTP) return ports.http != nullptr && !me.granted_.http_hosts().empty() ? &http_table() : nullptr;
  if (wanted == HOTDESK_EXT_KNOWLEDGE) return ports.knowledge != nullptr && me.granted_.allows("knowledge") ? &knowledge_table() : nullptr;
  if (wanted == HOTDESK_EXT_MESSAGES) return ports.messages != nullptr && me.granted_.allows("messages") ? &messages_table() : nullptr;
  if (wanted == HOTDESK_EXT_POST) return ports.post != nullptr && me.granted_.allows("post") ? &post_table() : nullptr;
  return nullptr;
}

}  // namespace hotdesk::plugins
