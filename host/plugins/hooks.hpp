#pragma once
#include <atomic>
#include <functional>
#include <memory>

#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "plugins/pin_table.hpp"
#include "plugins/snapshot.hpp"

namespace hotdesk::plugins {

struct ThreadRecord;

/// The hooks: the host's filter and router, on the published snapshot. Thread: any.
class Hooks final : public delivery::Filter, public conversations::Router {
 public:
  /// Asked when a tenant has no plan yet: makes one off this thread, then calls `then` there, whatever came of it.
  using FirstUse = std::function<void(const Uuid& tenant, std::function<void()> then)>;
  Hooks(PinTable& pins, LogSink& log, FirstUse first_use);
  ~Hooks() override;

  std::optional<delivery::FilterVerdict> inspect(const delivery::FilterInput& input,
                                                 std::function<void(delivery::FilterVerdict)> done) override;
  conversations::RouteAnswer route(const conversations::RouteRequest& request) override;

  /// The next call uses it. The former one may still be read: free it after Quiesce. nullptr: no plugins at all.
  std::unique_ptr<const Snapshot> publish(std::unique_ptr<const Snapshot> snapshot) noexcept;

  /// Keeps the instance that serves a tenant (stable) alive until given back; nullptr when there is none.
  std::shared_ptr<const void> hold(const Uuid& tenant, std::string_view component);

 private:
  delivery::FilterVerdict run_filters(ThreadRecord& me, const Plan& plan, const delivery::FilterInput& input);
  conversations::RouteAnswer run_routers(ThreadRecord& me, const Plan& plan, const conversations::RouteRequest& request);
  Instance* choose(const Slot& slot, const Uuid& tenant, const Uuid& conversation, const Uuid& visitor);
  void report(const ThreadRecord& me, const Instance& instance, hotdesk_result code, const char* what);

  PinTable& pins_;
  LogSink& log_;
  FirstUse first_use_;
  std::atomic<const Snapshot*> published_{nullptr};
};

}  // namespace hotdesk::plugins
