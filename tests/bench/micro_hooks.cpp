// What a filter costs: a plain C call, the hook's own part (nothing to look for), and the built-in words.
#include <benchmark/benchmark.h>

#include "plugins/memory_store.hpp"
#include "plugins/plugins.hpp"
#include "support/world.hpp"

namespace hotdesk {
namespace {

/// One thread is everybody: a verb runs while no hook does.
struct NobodyElse final : plugins::Quiesce {
  void for_each_thread(std::function<void()> task) override { task(); }
};

struct Host {
  explicit Host(const char* version) {
    plugins::Options options;
    options.path = HOTDESK_PLUGINS;
    options.run_dir = folder.path() / "run";
    options.initial["org.hotdesk.filtering"] = version;
    plugins.emplace(std::move(options), store, quiesce, clock, [](auto, auto, auto) {}, [](const auto&, const auto&) {});
    plugins->start({tenant}).value();
  }
  support::TemporaryFolder folder;
  SystemClock clock;
  plugins::MemoryStore store;
  NobodyElse quiesce;
  Uuid tenant = make_uuid(1);
  std::optional<plugins::Plugins> plugins;
};

int __attribute__((noinline)) plain(const char* text, std::size_t size) {
  benchmark::DoNotOptimize(text);
  benchmark::DoNotOptimize(size);
  return 0;
}
void plain_c_call(benchmark::State& state) {
  int (*volatile call)(const char*, std::size_t) = plain;
  for (auto _ : state) benchmark::DoNotOptimize(call("x", 1));
}
BENCHMARK(plain_c_call);

void inspect(benchmark::State& state, const char* version, const std::string& text) {
  Host host(version);
  plugins::HookThread marked;
  delivery::FilterInput input;
  input.tenant = host.tenant;
  input.conversation = make_uuid(2);
  input.visitor = make_uuid(3);
  input.kind = "text";
  input.text = text;
  for (auto _ : state) benchmark::DoNotOptimize(host.plugins->filter().inspect(input, nullptr));
}
void hook_inline_no_words(benchmark::State& state) { inspect(state, "1.0.0", "x"); }
BENCHMARK(hook_inline_no_words);
void words_100_bytes(benchmark::State& state) { inspect(state, "1.1.0", std::string(100, 'x')); }
BENCHMARK(words_100_bytes);
void words_masked(benchmark::State& state) { inspect(state, "1.1.0", "is 竞品 better than yours, they say it is cheaper and nicer and comes today"); }
BENCHMARK(words_masked);

}  // namespace
}  // namespace hotdesk
