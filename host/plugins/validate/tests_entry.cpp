// What a plugin says of itself, and whether it can be made.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstring>

#include "plugins/elf_gate.hpp"
#include "plugins/library.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/validate/steps.hpp"

namespace hotdesk::plugins::validate {
namespace {

using Steady = std::chrono::steady_clock;

/// Time that this thread has worked: what others do on the machine does not count against a plugin.
struct Work {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Work>;
  static constexpr bool is_steady = true;
  static time_point now() noexcept {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

/// The library alone, before init: query must work on it.
class Bare {
 public:
  explicit Bare(const Context& context)
      : file_(need(open_library(context.subject.package()), "reading the library")),
        library_(need(Library::load(file_, context.run_dir, context.subject.package().id), "loading")) {}
  const hotdesk_plugin_descriptor* query(std::uint32_t major, std::uint32_t minor) const { return library_->query()(major, minor); }
  const hotdesk_plugin_descriptor& descriptor() const {
    const auto* descriptor = query(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
    if (descriptor == nullptr) break_off("hotdesk_plugin_query answers NULL for this host's ABI");
    return *descriptor;
  }

 private:
  SealedFile file_;
  std::unique_ptr<Library> library_;
};

std::string micros(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::duration<double, std::micro>(time).count()).substr(0, 5) + " us";
}

}  // namespace

Verdict query(const Context& context) {
  return guarded([&] {
    const auto begun = Work::now();
    const Bare bare(context);
    const auto& first = bare.descriptor();
    const auto loading = Work::now() - begun;
    if (loading > std::chrono::milliseconds(100)) break_off("loading and asking took " + micros(loading) + "; at most 100 ms: do the work in init");
    const hotdesk_plugin_descriptor before = first;
    const auto heap = mallinfo2().uordblks;
    std::vector<Work::duration> times;
    times.reserve(1000);
    const auto reserved = mallinfo2().uordblks;
    for (int i = 0; i < 1000; ++i) {
      const auto start = Work::now();
      const auto* again = bare.query(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
      times.push_back(Work::now() - start);
      if (again != &first) break_off("answers another descriptor when asked again");
    }
    if (const auto grown = mallinfo2().uordblks; heap != 0 && grown > reserved)
      break_off("allocates memory: " + std::to_string(grown - reserved) + " bytes in 1,000 questions");
    if (std::memcmp(&before, &first, sizeof before) != 0) break_off("the descriptor changed while it was asked for");
    if (bare.query(HOTDESK_ABI_MAJOR + 1, 0) != nullptr) break_off("answers for ABI " + std::to_string(HOTDESK_ABI_MAJOR + 1) + ", which it was not built for; answer NULL");
    if (bare.query(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR + 1) == nullptr) break_off("refuses a host with a later minor; minors are compatible");
    std::nth_element(times.begin(), times.begin() + 500, times.end());
    if (times[500] > std::chrono::microseconds(10)) break_off("takes " + micros(times[500]) + "; at most 10 us");
    return passed("load " + micros(loading) + ", query " + micros(times[500]));
  });
}

Verdict unknown_ids(const Context& context) {
  return guarded([&] {
    const Bare bare(context);
    const auto& descriptor = bare.descriptor();
    const auto& provides = context.subject.package().manifest.provides;
    std::vector<std::string> ids{"", "hotdesk", "hotdesk.", "hotdesk.unknown/1", "hotdesk.unknown/0", "HOTDESK.FILTER/1", "/1", "hotdesk.filter",
                                 "hotdesk.filter/", "hotdesk.filter/1 ", "hotdesk.filter/999", "hotdesk.call/1", std::string(100'000, 'x'), "\xFF\xFE", "%s%n"};
    for (const auto& id : provides) {
      ids.push_back(id + "1");
      ids.push_back(id.substr(0, id.size() - 1));
    }
    for (const auto& id : ids)
      if (descriptor.get_extension(id.c_str()) != nullptr && std::find(provides.begin(), provides.end(), id) == provides.end())
        break_off("answers for \"" + id.substr(0, 60) + "\", which it does not provide");
    for (const auto& id : provides)
      if (descriptor.get_extension(id.c_str()) != descriptor.get_extension(id.c_str())) break_off("answers another table for " + id + " when asked again");
    return passed(std::to_string(ids.size()) + " ids");
  });
}

Verdict identity(const Context& context) {
  return guarded([&] {
    const Bare bare(context);
    const auto& manifest = context.subject.package().manifest;
    const auto& descriptor = bare.descriptor();
    if (const auto same = compare(&descriptor, manifest); !same) break_off(same.error().text);
    for (const auto& id : manifest.provides)
      if (descriptor.get_extension(id.c_str()) == nullptr) break_off("the manifest provides " + id + ", the library does not have it");
    for (const char* id : {HOTDESK_EXT_FILTER, HOTDESK_EXT_ROUTER, HOTDESK_EXT_RESPONDER, HOTDESK_EXT_GRAY, HOTDESK_EXT_EVENTS, HOTDESK_EXT_STATE})
      if (descriptor.get_extension(id) != nullptr && !manifest.provides_extension(id))
        break_off(std::string("the library has ") + id + ", the manifest does not provide it: hosts would never use it");
    if (descriptor.get_extension(HOTDESK_EXT_STATE) != nullptr) {
      const auto* state = static_cast<const hotdesk_state*>(descriptor.get_extension(HOTDESK_EXT_STATE));
      if (state->schema != manifest.state_schema)
        break_off("writes state schema " + std::to_string(state->schema) + ", the manifest's /state/schema is " + std::to_string(manifest.state_schema));
    }
    return passed(manifest.id + " " + manifest.version + " build " + manifest.build_id);
  });
}

Verdict create(const Context& context) {
  return guarded([&] {
    Bench bench(context);
    std::vector<std::shared_ptr<Instance>> more;
    Steady::duration slowest{};
    for (std::size_t i = 0; i < context.times(20); ++i) {
      const auto begun = Steady::now();
      more.push_back(need(bench.lab().make(bench.image()), "making one more instance"));
      slowest = std::max(slowest, Steady::now() - begun);
    }
    if (slowest > std::chrono::seconds(5)) break_off("create takes longer than 5 s");
    for (auto& one : more) {
      const auto begun = Steady::now();
      need(bench.lab().end(one), "ending an instance");
      if (Steady::now() - begun > std::chrono::seconds(2)) break_off("destroy takes longer than 2 s");
    }
    bench.close();
    return passed("create took at most " + micros(slowest));
  });
}

Verdict health(const Context& context) {
  return guarded([&] {
    Bench bench(context);
    if (bench.image().tables().health == nullptr) return skipped("has no hotdesk.health/1");
    const auto check = [&](std::int32_t level, std::chrono::milliseconds limit) {
      const auto begun = Work::now();
      const auto code = bench.instance().endpoint()->check(level);
      const auto took = Work::now() - begun;
      const std::string which = level == HOTDESK_HEALTH_QUICK ? "the quick check" : "the deep check";
      if (code != HOTDESK_OK) break_off(which + " answers " + result_name(code));
      if (took > limit) break_off(which + " takes " + micros(took) + ", at most " + std::to_string(limit.count()) + " ms");
    };
    for (int i = 0; i < 20; ++i) check(HOTDESK_HEALTH_QUICK, std::chrono::milliseconds(20));
    check(HOTDESK_HEALTH_DEEP, std::chrono::seconds(1));
    bench.close();
    return passed();
  });
}

}  // namespace hotdesk::plugins::validate
