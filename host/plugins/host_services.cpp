#include "plugins/host_services.hpp"

#include <nlohmann/json.hpp>

#include "plugins/host_tables.hpp"
#include "plugins/services/regex_sets.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

HostSide::HostSide(Services& services, Identity identity) : services_(services), identity_(std::move(identity)), whole_(false) {
  raw_ = {sizeof(hotdesk_host), HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, services_.host_version.c_str(), this,
          &HostTables::get_extension};
}

HostSide::HostSide(Services& services, Identity identity, std::string config, std::shared_ptr<KvPort> kv, Granted granted)
    : services_(services),
      identity_(std::move(identity)),
      whole_(true),
      config_text_(std::move(config)),
      config_(std::make_unique<const Json>(Json::parse(config_text_))),
      kv_(std::move(kv)),
      granted_(std::move(granted)),
      regexes_(std::make_unique<RegexSets>()) {
  raw_ = {sizeof(hotdesk_host), HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, services_.host_version.c_str(), this,
          &HostTables::get_extension};
}

HostSide::~HostSide() = default;

void HostSide::close() {
  closed_ = true;
  services_.timers.drop(this);
}

Error HostSide::rejection() const {
  return fail(Errc::invalid, rejected_text_.empty() ? "the plugin refused this configuration" : rejected_text_, rejected_path_);
}

void HostSide::run_callback(std::function<void()> task) {
  const auto marked = [this, task = std::move(task)] {
    const CallMark mark(this_thread(), this->mark(), this);
    try {
      task();
    } catch (...) {  // against the ABI; the thread is ours
      log(LogLevel::error, "threw an exception in a callback; exceptions must not leave a plugin");
    }
  };
  if (executor_) executor_(marked);
  else marked();
}

void HostSide::log(LogLevel level, std::string_view line) { services_.log(level, identity_.id + "@" + identity_.version, line); }

bool offers(std::string_view extension) noexcept {
  for (const std::string_view one :
       {HOTDESK_EXT_CALL, HOTDESK_EXT_LOG, HOTDESK_EXT_CLOCK, HOTDESK_EXT_CONFIG, HOTDESK_EXT_KV, HOTDESK_EXT_METRICS,
        HOTDESK_EXT_TIMER, HOTDESK_EXT_REPLY, HOTDESK_EXT_HTTP, HOTDESK_EXT_KNOWLEDGE, HOTDESK_EXT_MESSAGES, HOTDESK_EXT_POST,
        HOTDESK_EXT_REGEX})
    if (extension == one) return true;
  return false;
}

}  // namespace hotdesk::plugins
