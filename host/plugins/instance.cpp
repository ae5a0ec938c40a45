#include "plugins/instance.hpp"

#include "plugins/lanes/state_calls.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/signal_guard.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

constexpr const char* extensions[methods] = {HOTDESK_EXT_FILTER, HOTDESK_EXT_ROUTER, HOTDESK_EXT_RESPONDER, HOTDESK_EXT_GRAY,
                                             HOTDESK_EXT_EVENTS};

}  // namespace

Instance::Instance(std::shared_ptr<const Facts> facts, Parts parts) : facts_(std::move(facts)), parts_(std::move(parts)) {}

Instance::~Instance() {
  endpoint_.reset();
  if (host_) host_->close();
  if (created_) {
    const CallMark mark(this_thread(), host_->mark(), host_.get());
    image_->descriptor().destroy(target_.raw);
  }
  if (image_ != nullptr) --image_->instances;
}

bool Instance::has_state() const noexcept { return facts_->manifest.provides_extension(HOTDESK_EXT_STATE); }

Result<std::shared_ptr<Instance>> Instance::make(Image& image, Services& services, Parts parts, WorkerPool& pool,
                                                 std::function<void()> overran) {
  std::shared_ptr<Instance> made(new Instance(image.facts(), std::move(parts)));
  made->image_ = &image;
  ++image.instances;
  const Facts& facts = *image.facts();
  made->host_ = std::make_unique<HostSide>(services,
                                           Identity{facts.manifest.id, facts.manifest.version, facts.mark, made->tenant()},
                                           made->config(), made->parts_.kv, made->granted());
  HostSide& host = *made->host_;
  made->target_ = {image.tables(), nullptr, &host};
  SignalGuard signals;
  hotdesk_result code = HOTDESK_E_INTERNAL;
  host.set_creating(true);
  {
    const CallMark mark(this_thread(), host.mark(), &host);
    try {
      code = image.descriptor().create(image.shared(), host.raw(), &made->target_.raw);
    } catch (...) {
      return fail(Errc::unsupported, facts.tag + " threw an exception in create; exceptions must not leave a plugin");
    }
  }
  host.set_creating(false);
  made->created_ = code == HOTDESK_OK;
  if (const auto signal = signals.restore())
    return fail(Errc::unsupported, facts.tag + " installed a handler for signal " + std::to_string(*signal) + "; plugins must not");
  if (code == HOTDESK_E_INVALID) return host.rejection();
  if (code != HOTDESK_OK)
    return fail(Errc::unsupported, facts.tag + " could not be created (" + result_name(code) + "): " + host.rejection().text);
  if (const auto health = check_health(made->target_, HOTDESK_HEALTH_QUICK); health != HOTDESK_OK)
    return fail(Errc::unsupported, facts.tag + " is not healthy (" + result_name(health) + ")");
  for (std::size_t i = 0; i < methods; ++i) made->has_[i] = image.tables().has(static_cast<Method>(i));
  if (made->lane() != Lane::inline_) {
    auto endpoint = std::make_unique<PoolEndpoint>(pool, made->target_, made->granted().budgets, image.tables().state != nullptr,
                                                   std::move(overran));
    host.set_executor([raw = endpoint.get()](std::function<void()> task) { raw->post(std::move(task)); });
    made->endpoint_ = std::move(endpoint);
  }
  return made;
}

std::shared_ptr<Instance> Instance::make_remote(std::shared_ptr<const Facts> facts, Parts parts, std::unique_ptr<Endpoint> endpoint) {
  std::shared_ptr<Instance> made(new Instance(std::move(facts), std::move(parts)));
  for (std::size_t i = 0; i < methods; ++i) made->has_[i] = made->facts_->manifest.provides_extension(extensions[i]);
  made->endpoint_ = std::move(endpoint);
  return made;
}

}  // namespace hotdesk::plugins
