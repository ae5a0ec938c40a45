#include "plugins/validate/bench.hpp"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <future>

#include "plugins/memory_store.hpp"
#include "plugins/packages/package_view.hpp"
#include "plugins/plugins.hpp"
#include "plugins/validate/doubles.hpp"
#include "plugins/validate/lab.hpp"

namespace hotdesk::plugins::validate {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr const char* texts[] = {"Hello, is anybody there?", "你好，我想退货", "a secret", "My number is 138 0013 8000"};
constexpr std::size_t most_samples = 4'000'000;

class OneThread final : public Quiesce {
 public:
  void for_each_thread(std::function<void()> task) override { task(); }
};

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "hotdesk-bench.XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path() const { return path_; }

 private:
  std::string path_;
};

enum class Hook { filter, router, responder };

/// One question; false: an error.
bool ask(Plugins& plugins, Hook hook, const Uuid& tenant, std::uint64_t n) {
  const std::string_view text = texts[n % std::size(texts)];
  if (hook == Hook::filter) {
    delivery::FilterInput input;
    input.tenant = tenant;
    input.conversation = tenant;
    input.visitor = tenant;
    input.kind = "text";
    input.text = text;
    std::promise<delivery::FilterVerdict> later;
    auto verdict = plugins.filter().inspect(input, [&](delivery::FilterVerdict v) { later.set_value(std::move(v)); });
    if (!verdict) verdict = later.get_future().get();
    return verdict->kind != delivery::FilterVerdict::Kind::failed;
  }
  if (hook == Hook::router) {
    conversations::RouteRequest request;
    request.tenant = tenant;
    request.channel = "widget";
    request.now = 1'790'000'000'000;
    plugins.router().route(request);
    return true;
  }
  std::promise<bool> later;
  conversations::TurnRequest turn;
  turn.tenant = turn.conversation = turn.visitor = tenant;
  turn.seq = static_cast<std::int64_t>(n + 1);
  turn.text = text;
  plugins.responder().reply(std::move(turn), [](std::string_view, std::string_view) {},
                            [&](conversations::TurnResult&& result) { later.set_value(result.kind != conversations::TurnResult::Kind::failed); });
  return later.get_future().get();
}

void measure(Plugins& plugins, Hook hook, const Uuid& tenant, std::chrono::milliseconds time, BenchRow& row) {
  for (std::uint64_t n = 0; n < 200; ++n) ask(plugins, hook, tenant, n);
  std::vector<float> samples;
  samples.reserve(1 << 20);
  const auto begun = Steady::now();
  auto last = begun;
  while (last - begun < time) {
    if (!ask(plugins, hook, tenant, row.calls)) ++row.errors;
    const auto now = Steady::now();
    if (samples.size() < most_samples) samples.push_back(std::chrono::duration<float, std::micro>(now - last).count());
    last = now;
    ++row.calls;
  }
  row.per_second = static_cast<double>(row.calls) / std::chrono::duration<double>(last - begun).count();
  const auto at = [&](double share) {
    const auto nth = samples.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(samples.size() - 1));
    std::nth_element(samples.begin(), nth, samples.end());
    return static_cast<double>(*nth);
  };
  row.p50_us = at(0.5);
  row.p99_us = at(0.99);
}

}  // namespace

Result<std::vector<BenchRow>> bench(const BenchWishes& wishes) {
  auto subject = Subject::open(wishes.path, [](const fs::path& library, void*) -> Result<Subject::Described> {
    return fail(Errc::invalid, "is a bare library: name the package's folder or .hdplugin", library.string());
  }, nullptr);
  if (!subject) return subject.error();
  const Package& package = subject->package();
  const Manifest& manifest = package.manifest;
  const Hook hook = manifest.provides_extension(HOTDESK_EXT_FILTER) ? Hook::filter : manifest.provides_extension(HOTDESK_EXT_ROUTER) ? Hook::router : Hook::responder;
  if (hook == Hook::responder && !manifest.provides_extension(HOTDESK_EXT_RESPONDER))
    return fail(Errc::unsupported, "is neither filter nor router nor responder", package.id);
  const auto config = settings(package.config_schema);
  if (!config) return config.error();

  const Folder folder;
  std::error_code error;
  fs::create_directories(folder.path() / "plugins" / package.id, error);
  fs::copy(package.folder, folder.path() / "plugins" / package.id / package.version, fs::copy_options::recursive, error);
  if (error) return fail(Errc::storage, "cannot be copied: " + error.message(), folder.path().string());

  Doubles doubles(false);
  Options options;
  options.path = folder.path() / "plugins";
  options.run_dir = folder.path() / "run";
  options.crash_journal = folder.path() / "crash.jsonl";
  options.host_version = wishes.host_version;
  options.ports = doubles.ports();
  MemoryStore store;
  OneThread quiesce;
  const SystemClock clock;
  std::vector<BenchRow> rows;
  const Uuid tenant = make_uuid(clock.now_ms());
  const By by{Uuid{}, "bench", "local"};
  Plugins plugins(options, store, quiesce, clock, [](LogLevel, std::string_view, std::string_view) {}, [](const Scope&, const tenants::AuditEntry&) {});
  if (const auto started = plugins.start({tenant}); !started) return started.error();
  if (*config != "{}")
    if (const auto set = plugins.set_config(tenant, package.id, *config, by); !set) return set.error();
  for (const auto& lane : wishes.lanes) {
    BenchRow row;
    row.lane = lane;
    row.hook = hook == Hook::filter ? "filter" : hook == Hook::router ? "router" : "responder";
    GrantRow grant;
    grant.component = package.id;
    grant.lane = lane;
    grant.permissions = manifest.permissions;
    const auto granted = plugins.set_grant(std::nullopt, package.id, grant, by);
    const auto view = granted ? plugins.find(std::nullopt, package.id) : Result<PluginView>(granted.error());
    if (!view) row.problem = view.error().text;
    else if (view->lane != lane) row.problem = "cannot run there; its lane is " + view->lane;
    else measure(plugins, hook, tenant, wishes.time, row);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace hotdesk::plugins::validate
