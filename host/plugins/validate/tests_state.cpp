// hotdesk.state/1: up, down, and damaged.
#include <algorithm>

#include "plugins/lanes/state_calls.hpp"
#include "plugins/validate/steps.hpp"

namespace hotdesk::plugins::validate {
namespace {

using Steady = std::chrono::steady_clock;

/// An instance that has seen something.
class Lived : public Bench {
 public:
  explicit Lived(const Context& context) : Bench(context) {
    Random random(seed);
    for (const Method method : methods())
      for (auto& ask : usual(method, 100, random)) lab().call(instance(), std::move(ask));
    lab().settle();
  }
};

/// As at a promotion: nobody is inside while the state is read or written.
class Paused {
 public:
  explicit Paused(Instance& instance) : endpoint_(*instance.endpoint()) {
    if (!endpoint_.pause(std::chrono::seconds(2))) break_off("calls kept it from pausing for 2 s");
  }
  ~Paused() { endpoint_.resume(); }
  Paused(const Paused&) = delete;
  Paused& operator=(const Paused&) = delete;
  Endpoint* operator->() const noexcept { return &endpoint_; }

 private:
  Endpoint& endpoint_;
};

std::string export_from(Instance& instance, std::uint32_t schema) {
  return need(Paused(instance)->export_state(schema), ("exporting in schema " + std::to_string(schema)).c_str());
}

void import_into(Instance& instance, std::uint32_t schema, const std::string& blob, const std::string& what) {
  const Paused paused(instance);
  need(paused->import_state(schema, blob, true), (what + ", dry").c_str());
  need(paused->import_state(schema, blob, false), what.c_str());
}

}  // namespace

Verdict state_round_trip(const Context& context) {
  return guarded([&] {
    if (!context.subject.package().manifest.provides_extension(HOTDESK_EXT_STATE)) return skipped("has no hotdesk.state/1");
    Lived bench(context);
    const auto& manifest = context.subject.package().manifest;
    const std::uint32_t own = bench.image().tables().state->schema;
    std::vector<std::uint32_t> writes = manifest.state_writes;
    if (std::find(writes.begin(), writes.end(), own) == writes.end()) writes.push_back(own);
    std::string figures;
    for (const std::uint32_t schema : writes) {
      const std::string what = "schema " + std::to_string(schema);
      const auto blob = export_from(bench.instance(), schema);
      if (blob.size() > most_state) break_off(what + " has more than 16 MiB");
      figures += (figures.empty() ? "" : ", ") + what + ": " + std::to_string(blob.size()) + " bytes";
      const bool reads = schema == own || std::find(manifest.state_reads.begin(), manifest.state_reads.end(), schema) != manifest.state_reads.end();
      if (!reads) continue;  // downwards only: an older version reads it
      auto other = need(bench.lab().make(bench.image()), "making an instance");
      import_into(*other, schema, blob, "importing " + what);
      const auto again = export_from(*other, schema);
      auto third = need(bench.lab().make(bench.image()), "making an instance");
      import_into(*third, schema, again, "importing " + what + " again");
      const auto once_more = export_from(*third, schema);
      if (again.size() != blob.size() || once_more.size() != again.size())
        break_off(what + " is not what was imported: " + std::to_string(blob.size()) + " bytes out, " + std::to_string(again.size()) +
                      " after one round, " + std::to_string(once_more.size()) + " after two");
      need(bench.lab().end(other), "ending an instance");
      need(bench.lab().end(third), "ending an instance");
    }
    // A dry run changes nothing, and schemas that nobody knows are refused.
    const auto before = export_from(bench.instance(), own);
    auto fresh = need(bench.lab().make(bench.image()), "making an instance");
    const auto empty = export_from(*fresh, own);
    need(Paused(*fresh)->import_state(own, before, true), "a dry run");
    if (export_from(*fresh, own) != empty && empty != before) break_off("a dry run changed the state");
    const std::uint32_t unknown = 987'654;
    if (Paused(*fresh)->import_state(unknown, before, true)) break_off("says it could read schema 987654");
    if (Paused(*fresh)->export_state(unknown)) break_off("writes schema 987654");
    need(bench.lab().end(fresh), "ending an instance");
    bench.close();
    return passed(figures);
  });
}

Verdict state_fuzz(const Context& context) {
  return guarded([&] {
    if (!context.subject.package().manifest.provides_extension(HOTDESK_EXT_STATE)) return skipped("has no hotdesk.state/1");
    Lived bench(context);
    const std::uint32_t own = bench.image().tables().state->schema;
    const auto good = export_from(bench.instance(), own);
    auto victim = need(bench.lab().make(bench.image()), "making an instance");
    Random random(seed);
    std::size_t refused = 0;
    const std::size_t count = context.times(400);
    for (std::size_t i = 0; i < count; ++i) {
      std::string blob = good;
      switch (i % 5) {
        case 0: blob.resize(blob.empty() ? 0 : random() % blob.size()); break;
        case 1:
          for (std::size_t n = 0; n < 1 + i % 8 && !blob.empty(); ++n) blob[random() % blob.size()] = static_cast<char>(random());
          break;
        case 2:
          blob.assign(random() % 4096, '\0');
          for (char& c : blob) c = static_cast<char>(random());
          break;
        case 3: blob += blob; break;
        default: blob.insert(blob.empty() ? 0 : random() % blob.size(), std::string(1 + random() % 64, '\xFF')); break;
      }
      const bool dry = random() % 2 == 0;
      const auto begun = Steady::now();
      if (!Paused(*victim)->import_state(own, blob, dry)) ++refused;
      if (Steady::now() - begun > std::chrono::seconds(1)) break_off("took more than 1 s for " + std::to_string(blob.size()) + " damaged bytes");
    }
    std::string large(most_state, '\xFF');
    (void)Paused(*victim)->import_state(own, large, true);
    for (const Method method : bench.methods())
      for (auto& ask : usual(method, 16, random)) {
        std::string why;
        if (!is_answer(bench.lab().call(*victim, std::move(ask)), why)) break_off(std::string(name_of(method)) + " answers " + why + " afterwards");
      }
    need(Paused(*victim)->import_state(own, good, false), "importing the undamaged state afterwards");
    need(bench.lab().end(victim), "ending the instance");
    bench.close();
    return passed(std::to_string(refused) + " of " + std::to_string(count) + " damaged states refused");
  });
}

}  // namespace hotdesk::plugins::validate
