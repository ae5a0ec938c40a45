#include "plugins/validate/lab.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

#include "plugins/lanes/perform.hpp"
#include "plugins/unload/hooks.hpp"
#include "plugins/validate/doubles.hpp"

namespace hotdesk::plugins::validate {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

/// Waits until `done`, looking again and again: what is waited for has no way to tell.
template <class Done>
bool wait_for(std::chrono::milliseconds limit, const Done& done) {
  const auto deadline = Steady::now() + limit;
  while (!done()) {
    if (Steady::now() > deadline) return false;
    std::this_thread::sleep_for(200us);
  }
  return true;
}

}  // namespace

struct Lab::Inner {
  Inner(const Subject& subject_, std::filesystem::path run_dir_, std::string host_version, Options options_)
      : subject(subject_),
        run_dir(std::move(run_dir_)),
        options(options_),
        doubles(options_.services_fail),
        services(
            clock,
            [this](LogLevel, std::string_view, std::string_view line) {
              const std::lock_guard lock(mutex);
              if (lines.size() < 1000) lines.emplace_back(line);
            },
            metrics, std::move(host_version), doubles.ports()),
        pool(options_.workers, [] { unload::run_pending_detaches(); }) {}

  Granted granted() const {
    Granted result;
    result.lane = options.lane;
    result.permissions = subject.package().manifest.permissions;
    if (auto budgets = read_budgets(subject.package().manifest.budgets); budgets) result.budgets = *budgets;
    if (options.sync_hard_ms != 0) result.budgets.sync_hard_ms = options.sync_hard_ms;
    return result;
  }

  const Subject& subject;
  const std::filesystem::path run_dir;
  const Options options;
  const SystemClock clock;
  PluginMetrics metrics;
  Doubles doubles;
  mutable std::mutex mutex;
  std::vector<std::string> lines;
  Services services;
  WorkerPool pool;
};

Lab::Lab(const Subject& subject, std::filesystem::path run_dir, std::string host_version, Options options)
    : inner_(std::make_unique<Inner>(subject, std::move(run_dir), std::move(host_version), options)) {}
Lab::~Lab() = default;

Result<std::unique_ptr<Image>> Lab::load() {
  return Image::load(inner_->subject.package(), inner_->services, inner_->run_dir, inner_->clock.now_ms());
}

Result<std::shared_ptr<Instance>> Lab::make(Image& image) {
  const auto config = settings(image.config_schema());
  if (!config) return config.error();
  return make(image, *config);
}

Result<std::shared_ptr<Instance>> Lab::make(Image& image, const std::string& config) {
  Instance::Parts parts;
  parts.tenant = make_uuid(inner_->clock.now_ms());
  parts.config = config;
  parts.stats = std::make_shared<Stats>();
  parts.granted = inner_->granted();
  if (parts.granted.allows("kv")) parts.kv = std::make_shared<MemoryKv>(inner_->options.services_fail);
  return Instance::make(image, inner_->services, std::move(parts), inner_->pool, {});
}

Outcome Lab::call(Instance& instance, Ask ask, std::chrono::milliseconds limit) {
  std::promise<Outcome> promise;
  auto future = promise.get_future();
  CallContext context;
  context.tenant = instance.tenant();
  context.plugin = instance.facts().manifest.id;
  context.version = instance.facts().manifest.version;
  if (limit.count() == 0) limit = std::max<std::chrono::milliseconds>(5s, instance.granted().budgets.limit_of(method_of(ask)));
  const auto made = std::make_shared<Call>(std::move(context), std::move(ask), limit, [&](Outcome&& outcome) { promise.set_value(std::move(outcome)); });
  made->begin();
  instance.endpoint()->start(made);
  return future.get();
}

Outcome Lab::call_and_cancel(Instance& instance, Ask ask) {
  std::promise<Outcome> promise;
  auto future = promise.get_future();
  CallContext context;
  context.tenant = instance.tenant();
  context.plugin = instance.facts().manifest.id;
  context.version = instance.facts().manifest.version;
  const auto made = std::make_shared<Call>(std::move(context), std::move(ask), 1000ms, [&](Outcome&& outcome) { promise.set_value(std::move(outcome)); });
  made->begin();
  instance.endpoint()->start(made);
  made->give_up(HOTDESK_E_GONE);
  return future.get();
}

void Lab::settle() { CallTable::instance().drain(); }

Result<> Lab::end(std::shared_ptr<Instance>& instance) {
  CallTable::instance().drain();
  if (!wait_for(5s, [&] { return instance->idle(); })) return fail(Errc::busy, "an instance is still held by a call or an answer after 5 s");
  instance.reset();
  return {};
}

Result<> Lab::unload(std::unique_ptr<Image>& image) {
  if (image->instances != 0) return fail(Errc::busy, "has instances");
  wait_for(5s, [&] {
    if (image->unload() || !image->may_go_later()) return true;
    inner_->pool.wake();
    unload::run_pending_detaches();
    return false;
  });
  if (!image->unload()) return fail(Errc::busy, "the library " + image->unload_problem());
  image.reset();
  return {};
}

std::vector<Method> Lab::methods_of(const Image& image) const {
  std::vector<Method> result;
  for (std::size_t i = 0; i < methods; ++i)
    if (image.tables().has(static_cast<Method>(i))) result.push_back(static_cast<Method>(i));
  return result;
}

void Lab::on_threads(std::size_t threads, const std::function<void(std::size_t)>& task) {
  std::vector<std::thread> all;
  for (std::size_t i = 0; i < threads; ++i) all.emplace_back([&task, i] { task(i); });
  for (auto& one : all) one.join();
}

std::uint64_t Lab::written_off() const { return inner_->pool.written_off(); }

std::vector<std::string> Lab::log_lines() const {
  const std::lock_guard lock(inner_->mutex);
  return inner_->lines;
}

}  // namespace hotdesk::plugins::validate
