// What the host asks, well-formed and not.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "plugins/validate/steps.hpp"

namespace hotdesk::plugins::validate {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Ends of calls that say that the plugin is stuck or gone; anything else is an answer to a malformed ask too.
bool survived(const Outcome& outcome) { return outcome.code != HOTDESK_E_CRASHED && outcome.code != HOTDESK_E_TIMEOUT; }

Verdict with_texts(const Context& context, const std::vector<std::string>& texts, milliseconds limit) {
  return guarded([&] {
    Bench bench(context, {.sync_hard_ms = static_cast<std::uint32_t>(limit.count())});
    for (const Method method : bench.methods())
      for (const auto& text : texts) {
        const auto outcome = bench.lab().call(bench.instance(), with_text(method, text), limit * 10);
        if (!survived(outcome))
          break_off(std::string(name_of(method)) + " did not return for a text of " + std::to_string(text.size()) + " bytes");
      }
    Random random(seed);
    for (const Method method : bench.methods())  // and afterwards as ever
      for (auto& ask : usual(method, 16, random)) {
        std::string why;
        if (!is_answer(bench.lab().call(bench.instance(), std::move(ask)), why)) break_off(std::string(name_of(method)) + " answers " + why + " afterwards");
      }
    bench.close();
    return passed(std::to_string(texts.size()) + " texts");
  });
}

}  // namespace

Verdict usual_calls(const Context& context) {
  return guarded([&] {
    Bench bench(context);
    if (bench.methods().empty()) return skipped("has no methods");
    Random random(seed);
    std::size_t asked = 0;
    for (const Method method : bench.methods())
      for (auto& ask : usual(method, context.times(300), random)) {
        std::string why;
        if (!is_answer(bench.lab().call(bench.instance(), std::move(ask)), why)) break_off(std::string(name_of(method)) + " answered " + why);
        ++asked;
      }
    bench.close();
    return passed(std::to_string(asked) + " calls");
  });
}

Verdict many_threads(const Context& context) {
  return guarded([&] {
    Bench bench(context, {.workers = 8});
    std::atomic<bool> over{false};
    std::mutex mutex;
    std::string wrong;
    std::atomic<std::size_t> asked{0};
    std::thread callers([&] {
      Lab::on_threads(8, [&](std::size_t thread) {
        Random random(seed + thread);
        for (const Method method : bench.methods())
          for (auto& ask : usual(method, context.times(200), random)) {
            std::string why;
            const bool good = is_answer(bench.lab().call(bench.instance(), std::move(ask)), why);
            ++asked;
            if (good) continue;
            const std::lock_guard lock(mutex);
            wrong = std::string(name_of(method)) + " answered " + why;
          }
      });
      over = true;
    });
    while (!over) {  // instances of other tenants come and go meanwhile, as they do on the loader thread
      auto other = bench.lab().make(bench.image());
      if (other) (void)bench.lab().end(*other);
    }
    callers.join();
    if (!wrong.empty()) break_off(wrong);
    bench.close();
    return passed(std::to_string(asked) + " calls from 8 threads");
  });
}

Verdict in_time(const Context& context) {
  return guarded([&] {
    Bench bench(context);
    Random random(seed);
    std::vector<double> times;
    for (const Method method : bench.methods())
      for (const auto& ask : usual(method, context.times(200), random)) {
        const auto begun = Steady::now();
        const auto limit = bench.instance().granted().budgets.limit_of(method);
        auto outcome = bench.lab().call(bench.instance(), ask, limit);
        times.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begun).count());
        if (outcome.code == HOTDESK_E_TIMEOUT) outcome = bench.lab().call(bench.instance(), ask, limit);  // once may be the machine's fault
        if (outcome.code == HOTDESK_E_TIMEOUT) break_off(std::string(name_of(method)) + " stayed over its limit: " + outcome.failed_text);
      }
    if (times.empty()) return skipped("has no methods");
    if (bench.lab().written_off() != 0) break_off("kept a thread over the hard limit of " + std::to_string(bench.instance().granted().budgets.sync_hard_ms) + " ms");
    std::sort(times.begin(), times.end());
    bench.close();
    const auto whole = [](double us) { return std::to_string(static_cast<long>(us)) + " us"; };
    return passed("p50 " + whole(times[times.size() / 2]) + ", p99 " + whole(times[times.size() * 99 / 100]) + ", slowest " + whole(times.back()) + ", through the pool");
  });
}

Verdict broken_text(const Context& context) { return with_texts(context, broken_texts(), milliseconds(100)); }

Verdict large_message(const Context& context) {
  std::string mixed;
  while (mixed.size() < 1'000'000) mixed += "secret 你好 a@b.example 13800138000 ";
  return with_texts(context, {std::string(1'000'000, 'a'), std::string(1'000'000, ' '), mixed, mixed + "\xE4\xBD"}, milliseconds(1000));
}

Verdict failing_services(const Context& context) {
  return guarded([&] {
    Lab::Options options;
    options.services_fail = true;
    Lab lab(context.subject, context.run_dir, context.host_version, options);
    auto image = need(lab.load(), "loading");
    auto made = lab.make(*image);
    if (!made) {  // it may refuse to begin like this; what matters is that it says so and can go
      need(lab.unload(image), "unloading");
      return passed("refuses to begin: " + made.error().text);
    }
    auto instance = std::move(*made);
    Random random(seed);
    std::size_t errors = 0;
    for (const Method method : lab.methods_of(*image))
      for (auto& ask : usual(method, 100, random)) {
        const auto outcome = lab.call(*instance, std::move(ask));
        if (!survived(outcome)) break_off(std::string(name_of(method)) + " did not return");
        if (outcome.code < 0) ++errors;
      }
    need(lab.end(instance), "ending the instance");
    need(lab.unload(image), "unloading");
    return passed(std::to_string(errors) + " calls ended with an error, as they may");
  });
}

}  // namespace hotdesk::plugins::validate
