#include "plugins/instance.hpp"

#include "plugins/negotiation.hpp"
#include "plugins/signal_guard.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

Instance::Instance(Image& image, Services& services, const Uuid& tenant, const std::string& config, std::shared_ptr<KvSpace> kv,
                   std::shared_ptr<Stats> stats)
    : image_(image),
      tenant_(tenant),
      host_(services, image.manifest().id, image.manifest().version, image.mark(), config, std::move(kv)),
      stats_(std::move(stats)) {
  ++image_.instances;
}

Instance::~Instance() {
  host_.close();
  if (created_) {
    const CallMark mark(this_thread(), host_.mark());
    image_.descriptor().destroy(raw_);
  }
  --image_.instances;
}

Result<std::shared_ptr<Instance>> Instance::make(Image& image, Services& services, const Uuid& tenant, const std::string& config,
                                                 std::shared_ptr<KvSpace> kv, std::shared_ptr<Stats> stats) {
  std::shared_ptr<Instance> made(new Instance(image, services, tenant, config, std::move(kv), std::move(stats)));
  SignalGuard signals;
  const CallMark mark(this_thread(), made->host_.mark());
  hotdesk_result code = HOTDESK_E_INTERNAL;
  made->host_.set_creating(true);
  try {
    code = image.descriptor().create(image.shared(), made->host_.raw(), &made->raw_);
  } catch (...) {
    return fail(Errc::unsupported, image.tag() + " threw an exception in create; exceptions must not leave a plugin");
  }
  made->host_.set_creating(false);
  made->created_ = code == HOTDESK_OK;
  if (const auto signal = signals.restore())
    return fail(Errc::unsupported, image.tag() + " installed a handler for signal " + std::to_string(*signal) + "; plugins must not");
  if (code == HOTDESK_E_INVALID) return made->host_.rejection();
  if (code != HOTDESK_OK) return fail(Errc::unsupported, image.tag() + " could not be created (" + result_name(code) + "): " + made->host_.rejection().text);
  if (image.health() != nullptr && image.health()->check != nullptr) {
    const hotdesk_result health = image.health()->check(made->raw_, HOTDESK_HEALTH_QUICK);
    if (health != HOTDESK_OK) return fail(Errc::unsupported, image.tag() + " is not healthy (" + result_name(health) + ")");
  }
  return made;
}

}  // namespace hotdesk::plugins
