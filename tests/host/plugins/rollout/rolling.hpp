#pragma once
#include "host/plugins/room.hpp"
#include "plugins/rollout/plan.hpp"

namespace hotdesk::plugins::test {

inline const std::string rolling = "test.rolling";

/// A room on the versions of test.rolling, whose ticks come from the test alone.
struct Rolling : Room {
  explicit Rolling(const std::string& plugins = HOTDESK_TEST_PLUGINS "/rolling") : Room(plugins) { reopen(); }

  void reopen(const std::vector<Uuid>& tenants = {tenant_a, tenant_b}) {
    close();
    options.tick = std::chrono::milliseconds(0);
    open(tenants);
  }
  /// The same room on another store; false: it could not start.
  bool open_with(PluginStore& other) {
    close();
    host = std::make_unique<Plugins>(options, other, visits, clock, nullptr, nullptr);
    return host->start({tenant_a, tenant_b}).has_value();
  }
  void pass(std::int64_t seconds) {
    clock.advance(seconds * 1000);
    host->tick();
  }
  static RolloutPlan plan(std::vector<RolloutStep> steps) { return {std::move(steps)}; }
  ReleaseView release(const Scope& tenant = std::nullopt) const { return view(rolling, tenant).release; }

  /// Messages of as many visitors, each in a conversation of its own; @return those that were answered by `version`.
  int chat(const Uuid& tenant, int visitors, const std::string& version, const std::string& text = "hi") {
    int answered = 0;
    for (int i = 0; i < visitors; ++i) {
      const int n = 1'000 + next_++;
      answered += filter(tenant, text, uuid(n), uuid(n)).starts_with(version + ":");
    }
    return answered;
  }

 private:
  int next_ = 0;
};

}  // namespace hotdesk::plugins::test
