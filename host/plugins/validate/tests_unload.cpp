// Coming and going: what stays behind, and what breaks when two are there.
#include <future>
#include <mutex>

#include "plugins/validate/measure.hpp"
#include "plugins/validate/steps.hpp"

namespace hotdesk::plugins::validate {
namespace {

constexpr std::size_t most_growth_kb = 512;  // allocator noise; a leak of 3 KB a cycle is more

/// A few usual calls to every method, so that what is made lazily is made.
void warm(Lab& lab, Instance& instance, const std::vector<Method>& methods) {
  Random random(seed);
  for (const Method method : methods)
    for (auto& ask : usual(method, 8, random)) lab.call(instance, std::move(ask), std::chrono::milliseconds(500));
}

void cycle(Lab& lab) {
  auto image = need(lab.load(), "loading");
  auto instance = need(lab.make(*image), "making an instance");
  warm(lab, *instance, lab.methods_of(*image));
  need(lab.end(instance), "ending the instance");
  need(lab.unload(image), "unloading");
}

/// After it there is what the process itself makes at first use.
void first_cycle(const Context& context) {
  Lab lab(context.subject, context.run_dir, context.host_version, {});
  cycle(lab);
}

}  // namespace

Verdict cycles(const Context& context) {
  return guarded([&] {
    Lab lab(context.subject, context.run_dir, context.host_version, {});
    for (int i = 0; i < 20; ++i) cycle(lab);  // pools and caches of the process itself fill up
    const Traces before = look();
    const std::size_t count = context.times(200);
    for (std::size_t i = 0; i < count; ++i) cycle(lab);
    const Traces after = look();
    if (const auto left = left_behind(before, after); !left.empty()) break_off("after " + std::to_string(count) + " cycles " + left);
    const std::size_t grown = after.rss_kb > before.rss_kb ? after.rss_kb - before.rss_kb : 0;
    const std::string figures = "memory " + std::to_string(before.rss_kb) + " -> " + std::to_string(after.rss_kb) + " KB, mappings " +
                                std::to_string(before.mappings) + " -> " + std::to_string(after.mappings) + " in " + std::to_string(count) + " cycles";
    if (grown > most_growth_kb) break_off(figures + ": something is never freed");
    if (after.mappings > before.mappings + 8) break_off(figures + ": something stays mapped");
    return passed(figures);
  });
}

Verdict live_threads(const Context& context) {
  return guarded([&] {
    first_cycle(context);
    const Traces before = look();
    {
      Lab lab(context.subject, context.run_dir, context.host_version, {.workers = 8});
      for (int round = 0; round < 5; ++round) {
        auto image = need(lab.load(), "loading");
        auto instance = need(lab.make(*image), "making an instance");
        const auto methods = lab.methods_of(*image);
        // From eight threads at once, so that all eight workers have been inside.
        Lab::on_threads(8, [&](std::size_t) { warm(lab, *instance, methods); });
        need(lab.end(instance), "ending the instance");
        need(lab.unload(image), "unloading while its callers' threads live on");
        if (look().library_mappings != before.library_mappings) break_off("the library is still mapped");
      }
    }  // now the workers end: a destructor that was left in one would run in unmapped memory
    if (const auto left = left_behind(before, look()); !left.empty()) break_off(left);
    return passed("5 rounds, 8 threads");
  });
}

Verdict side_by_side(const Context& context) {
  return guarded([&] {
    Lab lab(context.subject, context.run_dir, context.host_version, {});
    auto first = need(lab.load(), "loading");
    auto second = need(lab.load(), "loading a second copy");
    if (&first->descriptor() == &second->descriptor()) break_off("both copies are one");
    auto a = need(lab.make(*first), "making an instance");
    auto b = need(lab.make(*second), "making an instance of the second copy");
    const auto methods = lab.methods_of(*first);
    const auto ask_both = [&](Instance* x, Instance* y) {
      Random random(seed);
      for (const Method method : methods)
        for (const auto& ask : usual(method, 16, random))
          for (Instance* one : {x, y}) {
            std::string why;
            if (one != nullptr && !is_answer(lab.call(*one, ask), why)) break_off(std::string(name_of(method)) + " answered " + why);
          }
    };
    ask_both(a.get(), b.get());
    need(lab.end(a), "ending the first copy's instance");
    need(lab.unload(first), "unloading the first copy");
    ask_both(nullptr, b.get());  // what it shared with the first copy would be gone now
    auto third = need(lab.load(), "loading a third copy");
    auto c = need(lab.make(*third), "making an instance of the third copy");
    ask_both(b.get(), c.get());
    need(lab.end(b), "ending an instance");
    need(lab.unload(second), "unloading the second copy");
    need(lab.end(c), "ending an instance");
    need(lab.unload(third), "unloading the third copy");
    return passed();
  });
}

Verdict traces(const Context& context) {
  return guarded([&] {
    const Traces fresh = look();
    first_cycle(context);
    if (const auto other = changed(fresh, look()); !other.empty()) break_off("leaves " + other);
    const Traces before = look();
    {
      Lab lab(context.subject, context.run_dir, context.host_version, {});
      const Traces inside = look();
      auto image = need(lab.load(), "loading");
      auto instance = need(lab.make(*image), "making an instance");
      warm(lab, *instance, lab.methods_of(*image));
      const Traces at_work = look();
      if (at_work.threads > inside.threads) break_off("starts threads of its own: " + std::to_string(at_work.threads - inside.threads));
      need(lab.end(instance), "ending the instance");
      need(lab.unload(image), "unloading");
    }
    if (const auto left = left_behind(before, look()); !left.empty()) break_off(left);
    return passed();
  });
}

}  // namespace hotdesk::plugins::validate
