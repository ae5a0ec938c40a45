// What the runner lane costs: one call at a time, many under way, the start of a process.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <vector>

#include "base/clock.hpp"
#include "plugins/lanes/runner_lane.hpp"
#include "plugins/package.hpp"
#include "plugins/plugin_metrics.hpp"

namespace hotdesk {
namespace {

using namespace std::chrono_literals;
using plugins::Outcome;

struct Lane {
  SystemClock clock;
  plugins::PluginMetrics metrics;
  plugins::Services services{clock, [](auto, auto, auto) {}, metrics, "0.1.0"};
  std::unique_ptr<plugins::RunnerLane> lane = plugins::make_runner_lane({HOTDESK_PROGRAM, {}}, services, {});
  std::unique_ptr<plugins::Endpoint> make() {
    plugins::Instance::Parts parts;
    parts.tenant = make_uuid(1);
    parts.config = "{}";
    parts.granted.lane = plugins::Lane::runner;
    parts.granted.budgets.concurrency = 1000;
    const auto folder = std::filesystem::path(HOTDESK_PLUGINS) / "org.hotdesk.filtering";
    const auto version = std::filesystem::directory_iterator(folder)->path().filename().string();
    return std::move(lane->make(plugins::read_package(folder / version, "org.hotdesk.filtering", version), parts).value());
  }
};

std::shared_ptr<plugins::Call> call_of(plugins::Call::Done done) {
  plugins::FilterAsk ask;
  ask.text = "a message of the usual length, about a parcel that has not come yet";
  auto call = std::make_shared<plugins::Call>(plugins::CallContext{}, std::move(ask), 10'000ms, std::move(done));
  call->begin();
  return call;
}

/// The caller spins for its answer, so that only the way there and back is seen.
void runner_one_at_a_time(benchmark::State& state) {
  Lane lane;
  const auto endpoint = lane.make();
  std::vector<double> times;
  times.reserve(1'000'000);
  std::atomic<int> answered{0};
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    answered = 0;
    endpoint->start(call_of([&](Outcome&&) { answered.store(1, std::memory_order_release); }));
    while (answered.load(std::memory_order_acquire) == 0) {
    }
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
}
BENCHMARK(runner_one_at_a_time)->UseRealTime();

void runner_many_under_way(benchmark::State& state) {
  Lane lane;
  const auto endpoint = lane.make();
  const int batch = static_cast<int>(state.range(0));
  for (auto _ : state) {
    std::atomic<int> left{batch};
    std::promise<void> all;
    for (int i = 0; i < batch; ++i)
      endpoint->start(call_of([&](Outcome&&) {
        if (--left == 0) all.set_value();
      }));
    all.get_future().wait();
  }
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(runner_many_under_way)->Arg(1)->Arg(8)->Arg(32)->Arg(128)->UseRealTime();

/// Spawn, sandbox, load, create, handshake.
void runner_start(benchmark::State& state) {
  Lane lane;
  for (auto _ : state) benchmark::DoNotOptimize(lane.make());
}
BENCHMARK(runner_start)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace hotdesk
