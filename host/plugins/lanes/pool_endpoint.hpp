#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "plugins/lanes/endpoint.hpp"
#include "plugins/lanes/perform.hpp"
#include "plugins/lanes/pool.hpp"

namespace hotdesk::plugins {

/// An instance of this process whose calls run on the pool: any number at once, or (`serial`, a plugin with state) one at a
/// time. Destroy it when no call and no lease is left.
class PoolEndpoint final : public Endpoint {
 public:
  /// `overran` is told each time that plugin code stayed over the hard limit and cost a thread.
  PoolEndpoint(WorkerPool& pool, Target target, Budgets budgets, bool serial, std::function<void()> overran);
  ~PoolEndpoint() override;

  void start(std::shared_ptr<Call> call) override;
  bool pause(std::chrono::milliseconds limit) override;
  void resume() override;
  Result<std::string> export_state(std::uint32_t target_schema) override;
  Result<> import_state(std::uint32_t schema, std::string_view blob, bool dry_run) override;
  hotdesk_result check(std::int32_t level) override;

  /// Runs plugin code of this instance on the pool, in turn where it is serial. Holds the instance meanwhile.
  void post(std::function<void()> task, std::shared_ptr<Call> call = nullptr);

 private:
  struct Item {
    std::function<void()> run;
    std::shared_ptr<Call> call;
  };
  struct State;
  static void push(const std::shared_ptr<State>& state, Item item);
  static void finished(const std::shared_ptr<State>& state);

  const std::shared_ptr<State> state_;
};

}  // namespace hotdesk::plugins
