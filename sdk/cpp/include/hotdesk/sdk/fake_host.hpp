#pragma once
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hotdesk/plugin/plugin.h"
#include "hotdesk/sdk/config.hpp"
#include "hotdesk/sdk/router.hpp"

namespace hotdesk::sdk {

/// A host for unit tests, in the test's own process: settings, a clock that moves when told, keys, timers that fire when
/// the clock is advanced, and everything the plugin said. Thread: any, but one test thread at a time advances the clock.
class FakeHost {
 public:
  FakeHost() {
    raw_ = {sizeof(hotdesk_host), HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, "fake", this, &get_extension};
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  // Settings by JSON pointer; arrays and objects around them appear by themselves ("/words/0" makes "/words").
  void set(std::string pointer, std::string_view text) { put(std::move(pointer), HOTDESK_CONFIG_TEXT, 0, 0, std::string(text)); }
  void set(std::string pointer, const char* text) { set(std::move(pointer), std::string_view(text)); }
  void set(std::string pointer, bool flag) { put(std::move(pointer), HOTDESK_CONFIG_BOOL, flag, flag, {}); }
  void set(std::string pointer, int number) { put(std::move(pointer), HOTDESK_CONFIG_INTEGER, number, number, {}); }
  /// What config.json() answers; not derived from set().
  void set_json(std::string json) { json_ = std::move(json); }

  const hotdesk_host* raw() const noexcept { return &raw_; }
  const std::vector<std::string>& lines() const noexcept { return lines_; }
  const std::map<std::string, double>& metrics() const noexcept { return metrics_; }
  std::map<std::string, std::string>& kv() noexcept { return kv_; }
  /// What the plugin gave as the reason of its last error or refusal to be made: path and text.
  const std::string& failed_path() const noexcept { return failed_path_; }
  const std::string& failed_text() const noexcept { return failed_text_; }

  void advance(std::int64_t ms) {
    for (const std::int64_t end = now_ + ms; now_ < end; ++now_)
      for (auto& [id, timer] : std::map(timers_)) {
        if (timer.due > now_ + 1) continue;
        if (timer.period != 0) timers_[id].due += timer.period;
        else timers_.erase(id);
        timer.fire(timer.user);
      }
  }

 private:
  struct Value {
    std::int32_t type;
    std::int64_t integer;
    double number;
    std::string text;
  };
  struct Timer {
    std::int64_t due;
    std::int64_t period;
    void* user;
    void (*fire)(void*);
  };

  static FakeHost& self(const hotdesk_host* host) { return *static_cast<FakeHost*>(host->internal); }
  /// Calls have no host argument: the fake serves one call at a time.
  static FakeHost*& current() {
    static FakeHost* host = nullptr;
    return host;
  }
  friend class FakePlugin;

  void put(std::string pointer, std::int32_t type, std::int64_t integer, double number, std::string text) {
    values_[std::move(pointer)] = {type, integer, number, std::move(text)};
  }
  std::uint64_t children(const std::string& pointer) const {
    std::map<std::string, int> names;
    const std::string below = pointer + "/";
    for (auto at = values_.lower_bound(below); at != values_.end() && at->first.rfind(below, 0) == 0; ++at)
      names[at->first.substr(0, at->first.find('/', below.size()))] = 1;
    return names.size();
  }

  static hotdesk_result config_get(const hotdesk_host* host, hotdesk_text pointer, hotdesk_config_value* out) {
    auto& me = self(host);
    const std::string name(to_view(pointer));
    hotdesk_config_value value{};
    value.size = out->size;
    if (const auto found = me.values_.find(name); found != me.values_.end()) {
      value.type = found->second.type;
      value.integer = found->second.integer;
      value.number = found->second.number;
      value.text = to_text(found->second.text);
    } else if (const auto count = me.children(name); count != 0) {
      value.type = me.values_.lower_bound(name + "/0")->first.rfind(name + "/0", 0) == 0 ? HOTDESK_CONFIG_ARRAY
                                                                                         : HOTDESK_CONFIG_OBJECT;
      value.count = count;
    } else {
      return HOTDESK_SKIP;
    }
    *out = value;
    return HOTDESK_OK;
  }

  static const void* get_extension(const hotdesk_host*, const char* id) {
    static const hotdesk_host_log log{sizeof log, 0, [](const hotdesk_host* host, std::int32_t, hotdesk_text line) {
      self(host).lines_.emplace_back(to_view(line));
    }};
    static const hotdesk_host_clock clock{sizeof clock, 0, [](const hotdesk_host* host) { return self(host).now_; },
                                          [](const hotdesk_host* host) { return self(host).now_; }};
    static const hotdesk_host_config config{
        sizeof config, 0, [](const hotdesk_host* host) { return to_text(self(host).json_); }, &config_get,
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
        [](const hotdesk_host* host, hotdesk_text prefix, void* context,
           hotdesk_result (*each)(void*, hotdesk_text)) -> hotdesk_result {
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
          *id_out = ++me.last_timer_;
          me.timers_[*id_out] = {me.now_ + static_cast<std::int64_t>(delay), static_cast<std::int64_t>(period), user, fire};
          return HOTDESK_OK;
        },
        [](const hotdesk_host* host, std::uint64_t id_) -> hotdesk_result {
          return self(host).timers_.erase(id_) != 0 ? HOTDESK_OK : HOTDESK_E_GONE;
        }};
    static const hotdesk_host_call call{
        sizeof call, 0,
        [](hotdesk_call, const char* data, std::uint64_t bytes) -> const char* {
          return current()->kept_.emplace_back(data, static_cast<std::size_t>(bytes)).c_str();
        },
        [](hotdesk_call, hotdesk_result, hotdesk_text path, hotdesk_text text) -> hotdesk_result {
          current()->failed_path_ = to_view(path);
          current()->failed_text_ = to_view(text);
          return HOTDESK_OK;
        },
        [](hotdesk_call, void*) -> hotdesk_result { return HOTDESK_E_UNSUPPORTED; }, [](hotdesk_call) -> void* { return nullptr; },
        [](hotdesk_call, hotdesk_result, const void*) -> hotdesk_result { return HOTDESK_E_UNSUPPORTED; }};
    struct Named {
      const char* id;
      const void* table;
    };
    const Named all[] = {{HOTDESK_EXT_LOG, &log},         {HOTDESK_EXT_CLOCK, &clock}, {HOTDESK_EXT_CONFIG, &config},
                         {HOTDESK_EXT_METRICS, &metrics}, {HOTDESK_EXT_KV, &kv},       {HOTDESK_EXT_TIMER, &timer},
                         {HOTDESK_EXT_CALL, &call}};
    for (const auto& one : all)
      if (std::strcmp(one.id, id) == 0) return one.table;
    return nullptr;
  }

  hotdesk_host raw_{};
  std::string json_ = "{}";
  std::map<std::string, Value> values_;
  std::map<std::string, std::string> kv_;
  std::map<std::string, double> metrics_;
  std::map<std::uint64_t, Timer> timers_;
  std::uint64_t last_timer_ = 0;
  std::int64_t now_ = 1'700'000'000'000;
  std::vector<std::string> lines_;
  std::deque<std::string> kept_;
  std::string failed_path_;
  std::string failed_text_;
};

/// A plugin brought up in the test's process through its real entry point, and called through its real tables.
class FakePlugin {
 public:
  /// Throws std::runtime_error when the plugin refuses; FakeHost::failed_text() has its reason.
  FakePlugin(hotdesk_plugin_query_fn query, FakeHost& host) : host_(host) {
    FakeHost::current() = &host;
    descriptor_ = query(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
    if (descriptor_ == nullptr) throw std::runtime_error("hotdesk_plugin_query answered NULL");
    if (descriptor_->init(host.raw(), &shared_) != HOTDESK_OK) throw std::runtime_error("init failed");
    if (descriptor_->create(shared_, host.raw(), &instance_) != HOTDESK_OK) {
      descriptor_->deinit(shared_);
      throw std::runtime_error("create failed: " + host.failed_path() + " " + host.failed_text());
    }
  }
  ~FakePlugin() {
    descriptor_->destroy(instance_);
    descriptor_->deinit(shared_);
  }
  FakePlugin(const FakePlugin&) = delete;
  FakePlugin& operator=(const FakePlugin&) = delete;

  const hotdesk_plugin_descriptor& descriptor() const noexcept { return *descriptor_; }

  struct Answer {
    hotdesk_result code = HOTDESK_OK;
    std::int32_t verdict = HOTDESK_FILTER_PASS;
    std::string text;
    std::string reason;
  };
  Answer inspect(std::string_view text, std::int32_t role = HOTDESK_ROLE_VISITOR) {
    FakeHost::current() = &host_;
    const auto* filter = static_cast<const hotdesk_filter*>(descriptor_->get_extension(HOTDESK_EXT_FILTER));
    if (filter == nullptr) throw std::runtime_error("the plugin is no filter");
    hotdesk_filter_message message{};
    message.size = sizeof message;
    message.role = role;
    message.direction = role == HOTDESK_ROLE_VISITOR ? HOTDESK_INBOUND : HOTDESK_OUTBOUND;
    message.text = to_text(text);
    hotdesk_filter_answer answer{};
    answer.size = sizeof answer;
    Answer result;
    result.code = filter->inspect(instance_, 1, &message, &answer);
    result.verdict = answer.verdict;
    result.text = to_view(answer.text);
    result.reason = to_view(answer.reason);
    host_.kept_.clear();
    return result;
  }

  struct Routed {
    hotdesk_result code = HOTDESK_OK;
    std::int32_t target = HOTDESK_ROUTE_QUEUE;
    hotdesk_id agent{};
    std::string reason;
  };
  Routed route(const std::vector<hotdesk_agent>& agents, const hotdesk_id& last_agent = {}) {
    FakeHost::current() = &host_;
    const auto* router = static_cast<const hotdesk_router*>(descriptor_->get_extension(HOTDESK_EXT_ROUTER));
    if (router == nullptr) throw std::runtime_error("the plugin is no router");
    hotdesk_route_request request{};
    request.size = sizeof request;
    request.last_agent = last_agent;
    request.available = {agents.data(), agents.size(), sizeof(hotdesk_agent)};
    hotdesk_route_answer answer{};
    answer.size = sizeof answer;
    Routed result;
    result.code = router->route(instance_, 1, &request, &answer);
    result.target = answer.target;
    result.agent = answer.agent;
    result.reason = to_view(answer.reason);
    host_.kept_.clear();
    return result;
  }

 private:
  FakeHost& host_;
  const hotdesk_plugin_descriptor* descriptor_ = nullptr;
  hotdesk_shared* shared_ = nullptr;
  hotdesk_instance* instance_ = nullptr;
};

}  // namespace hotdesk::sdk
