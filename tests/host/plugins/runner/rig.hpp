#pragma once
#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "hotdesk/plugin/plugin.h"
#include "plugins/package.hpp"
#include "plugins/plugin_metrics.hpp"
#include "plugins/runner/lane.hpp"

namespace hotdesk::plugins::runner::test {

using namespace std::chrono_literals;

/// A runner lane on built test plugins, with times that tests can wait for.
class Rig {
 public:
  explicit Rig(ServicePorts ports = {})
      : services(clock,
                 [this](LogLevel, std::string_view who, std::string_view line) {
                   const std::lock_guard lock(mutex_);
                   lines_.push_back(std::string(who) + ": " + std::string(line));
                   changed_.notify_all();
                 },
                 metrics, "0.1.0", ports) {
    rhythm.first_delay = 20ms;
    rhythm.longest_delay = 100ms;
    rhythm.stuck = 1000ms;
    options.program = HOTDESK_RUNNER_PROGRAM;
    options.python = HOTDESK_PYTHON;
  }

  RunnerLane& lane() {
    if (!lane_)
      lane_ = make_lane(options, rhythm, services, [this](const RunnerEvent& event) {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
        changed_.notify_all();
      });
    return *lane_;
  }

  static Package package(const std::string& folder, const std::string& id, const std::string& version) {
    return read_package(std::filesystem::path(HOTDESK_TEST_PLUGINS) / folder / id / version, id, version);
  }

  Result<std::unique_ptr<Endpoint>> try_make(const Package& from, const std::string& config = "{}") {
    Instance::Parts parts;
    parts.tenant = tenant;
    parts.config = config;
    parts.kv = kv;
    parts.granted = granted;
    parts.granted.lane = Lane::runner;
    return lane().make(from, parts);
  }
  std::unique_ptr<Endpoint> make(const std::string& folder, const std::string& id, const std::string& version) {
    auto made = try_make(package(folder, id, version));
    if (!made) throw std::runtime_error(made.error().text);
    return std::move(*made);
  }

  std::shared_ptr<Call> begin(Ask ask, std::chrono::milliseconds limit, std::promise<Outcome>& outcome) const {
    CallContext context;
    context.tenant = tenant;
    auto call = std::make_shared<Call>(std::move(context), std::move(ask), limit, [&outcome](Outcome&& o) { outcome.set_value(std::move(o)); });
    call->begin();
    return call;
  }
  Outcome ask(Endpoint& endpoint, Ask ask, std::chrono::milliseconds limit = 5000ms) const {
    std::promise<Outcome> outcome;
    endpoint.start(begin(std::move(ask), limit, outcome));
    return outcome.get_future().get();
  }
  static Ask filter_ask(std::string text) {
    FilterAsk one;
    one.text = std::move(text);
    return one;
  }
  /// The text that a filter made of this one, or its result code as a number.
  std::string filter(Endpoint& endpoint, std::string text, std::chrono::milliseconds limit = 5000ms) const {
    const auto outcome = ask(endpoint, filter_ask(std::move(text)), limit);
    if (outcome.code != HOTDESK_OK) return std::to_string(outcome.code);
    return std::get<FilterReply>(outcome.reply).text;
  }
  /// Asks until the runner is back after a crash.
  std::string filter_when_back(Endpoint& endpoint, const std::string& text) const {
    for (;;) {
      auto answer = filter(endpoint, text);
      if (answer != std::to_string(HOTDESK_E_CRASHED)) return answer;
      std::this_thread::sleep_for(5ms);
    }
  }

  RunnerEvent wait_event(RunnerEvent::Kind kind) {
    std::unique_lock lock(mutex_);
    RunnerEvent found;
    const bool came = changed_.wait_for(lock, 20s, [&] {
      for (const auto& one : events_)
        if (one.kind == kind) return found = one, true;
      return false;
    });
    EXPECT_TRUE(came) << "no such event";
    return found;
  }
  std::size_t count_events(RunnerEvent::Kind kind) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& one : events_) count += one.kind == kind ? 1 : 0;
    return count;
  }
  bool wait_line(std::string_view part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] {
      for (const auto& one : lines_)
        if (one.find(part) != one.npos) return true;
      return false;
    });
  }

  SystemClock clock;
  PluginMetrics metrics;
  Services services;
  RunnerOptions options;
  Rhythm rhythm;
  Granted granted;
  std::shared_ptr<KvPort> kv;
  Uuid tenant = Uuid({1});

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<RunnerEvent> events_;
  std::vector<std::string> lines_;
  std::unique_ptr<RunnerLane> lane_;  ///< last: its threads use the rest
};

}  // namespace hotdesk::plugins::runner::test
