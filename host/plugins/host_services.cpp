#include "plugins/host_services.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "plugins/host_tables.hpp"

namespace hotdesk::plugins {

HostSide::HostSide(Services& services, std::string id, std::string version, std::string mark)
    : services_(services), id_(std::move(id)), version_(std::move(version)), mark_(std::move(mark)), whole_(false) {
  raw_ = {sizeof(hotdesk_host), HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, services_.host_version.c_str(), this,
          &HostTables::get_extension};
}

HostSide::HostSide(Services& services, std::string id, std::string version, std::string mark, std::string config,
                   std::shared_ptr<KvSpace> kv)
    : services_(services),
      id_(std::move(id)),
      version_(std::move(version)),
      mark_(std::move(mark)),
      whole_(true),
      config_text_(std::move(config)),
      config_(std::make_unique<const Json>(Json::parse(config_text_))),
      kv_(std::move(kv)) {
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

bool offers(std::string_view extension) noexcept {
  for (const std::string_view one : {HOTDESK_EXT_CALL, HOTDESK_EXT_LOG, HOTDESK_EXT_CLOCK, HOTDESK_EXT_CONFIG, HOTDESK_EXT_KV,
                                     HOTDESK_EXT_METRICS, HOTDESK_EXT_TIMER})
    if (extension == one) return true;
  return false;
}

}  // namespace hotdesk::plugins
