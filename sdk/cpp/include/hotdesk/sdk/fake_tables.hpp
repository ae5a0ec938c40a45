#pragma once
// Included by fake_host.hpp: the tables of the services, written over FakeHost.
#include <cstring>

#include "hotdesk/sdk/fake_host.hpp"

namespace hotdesk::sdk {

inline const void* FakeHost::get_extension(const hotdesk_host* asking, const char* id) {
  static const hotdesk_host_log log{sizeof log, 0, [](const hotdesk_host* host, std::int32_t, hotdesk_text line) {
    self(host).lines_.emplace_back(to_view(line));
  }};
  static const hotdesk_host_clock clock{sizeof clock, 0, [](const hotdesk_host* host) { return self(host).now_; },
                                        [](const hotdesk_host* host) { return self(host).now_; }};
  static const hotdesk_host_config config{
      sizeof config, 0, [](const hotdesk_host* host) { return to_text(self(host).json()); },
      [](const hotdesk_host* host, hotdesk_text pointer, hotdesk_config_value* out) -> hotdesk_result {
        return self(host).get(to_view(pointer), out);
      },
      [](const hotdesk_host* host, hotdesk_text pointer, hotdesk_text text) -> hotdesk_result {
        self(host).failed_path_ = to_view(pointer);
        self(host).failed_text_ = to_view(text);
        return HOTDESK_OK;
      }};
  static const hotdesk_host_metrics metrics{
      sizeof metrics, 0,
      [](const hotdesk_host* host, hotdesk_text name, double by) -> hotdesk_result {
        self(host).metrics_[std::string(to_view(name))] += by;
        return HOTDESK_OK;
      },
      [](const hotdesk_host* host, hotdesk_text name, double value) -> hotdesk_result {
        self(host).metrics_[std::string(to_view(name))] = value;
        return HOTDESK_OK;
      }};
  static const hotdesk_host_kv kv{
      sizeof kv, 0,
      [](const hotdesk_host* host, hotdesk_text key, const hotdesk_sink* sink) -> hotdesk_result {
        const auto found = self(host).kv_.find(std::string(to_view(key)));
        if (found == self(host).kv_.end()) return HOTDESK_SKIP;
        return sink->write(sink, found->second.data(), found->second.size());
      },
      [](const hotdesk_host* host, hotdesk_text key, hotdesk_text value) -> hotdesk_result {
        self(host).kv_[std::string(to_view(key))] = to_view(value);
        return HOTDESK_OK;
      },
      [](const hotdesk_host* host, hotdesk_text key) -> hotdesk_result {
        return self(host).kv_.erase(std::string(to_view(key))) != 0 ? HOTDESK_OK : HOTDESK_SKIP;
      },
      [](const hotdesk_host* host, hotdesk_text prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) -> hotdesk_result {
        for (const auto& [key, value] : self(host).kv_) {
          if (key.rfind(to_view(prefix), 0) != 0) continue;
          if (const auto code = each(context, to_text(key)); code != HOTDESK_OK) return code;
        }
        return HOTDESK_OK;
      }};
  static const hotdesk_host_timer timer{
      sizeof timer, 0,
      [](const hotdesk_host* host, std::uint64_t delay, std::uint64_t period, void* user, void (*fire)(void*),
         std::uint64_t* id_out) -> hotdesk_result {
        auto& me = self(host);
        if (me.timers_.size() >= 64) return HOTDESK_E_BUDGET;
        *id_out = ++me.last_timer_;
        me.timers_[*id_out] = {me.now_ + static_cast<std::int64_t>(delay), static_cast<std::int64_t>(period), user, fire};
        return HOTDESK_OK;
      },
      [](const hotdesk_host* host, std::uint64_t one) -> hotdesk_result {
        return self(host).timers_.erase(one) != 0 ? HOTDESK_OK : HOTDESK_E_GONE;
      }};
  static const hotdesk_host_http http{sizeof http, 0, &send};
  static const hotdesk_host_knowledge knowledge{sizeof knowledge, 0, &search};
  static const hotdesk_host_messages messages{sizeof messages, 0, &read};
  static const hotdesk_host_post post{
      sizeof post, 0, [](hotdesk_call call, std::int32_t kind, hotdesk_text body, std::uint32_t n) -> hotdesk_result {
        if (FakeCalls::instance().is_over(call)) return HOTDESK_E_GONE;
        current()->posts.push_back({call, kind, std::string(to_view(body)), n});
        return HOTDESK_OK;
      }};
  static const hotdesk_host_regex regex{
      sizeof regex, 0,
      [](const hotdesk_host* host, const hotdesk_array* patterns, hotdesk_regex** out, std::uint64_t* bad) -> hotdesk_result {
        if (patterns->count > 1000) return HOTDESK_E_BUDGET;
        auto made = FakeRegex::compile(*patterns, bad);
        if (!made) return HOTDESK_E_INVALID;
        *out = reinterpret_cast<hotdesk_regex*>(self(host).regexes_.emplace_back(std::move(made)).get());
        return HOTDESK_OK;
      },
      [](const hotdesk_regex* raw, hotdesk_text text, void* context,
         hotdesk_result (*each)(void*, const hotdesk_regex_hit*)) -> hotdesk_result {
        return reinterpret_cast<const FakeRegex*>(raw)->find(to_view(text), context, each);
      }};
  struct Named {
    const char* id;
    const void* table;
  };
  const Named all[] = {{HOTDESK_EXT_LOG, &log},
                       {HOTDESK_EXT_CLOCK, &clock},
                       {HOTDESK_EXT_CONFIG, &config},
                       {HOTDESK_EXT_METRICS, &metrics},
                       {HOTDESK_EXT_KV, &kv},
                       {HOTDESK_EXT_TIMER, &timer},
                       {HOTDESK_EXT_HTTP, &http},
                       {HOTDESK_EXT_KNOWLEDGE, &knowledge},
                       {HOTDESK_EXT_MESSAGES, &messages},
                       {HOTDESK_EXT_POST, &post},
                       {HOTDESK_EXT_REGEX, &regex},
                       {HOTDESK_EXT_CALL, FakeCalls::table()},
                       {HOTDESK_EXT_REPLY, FakeCalls::reply_table()}};
  for (const auto& one : all)
    if (std::strcmp(one.id, id) == 0) return self(asking).removed_.contains(id) ? nullptr : one.table;
  return nullptr;
}

}  // namespace hotdesk::sdk
