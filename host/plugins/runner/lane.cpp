// The runner lane: from a package to an instance in a process of its own.
#include "plugins/elf_gate.hpp"
#include "plugins/lanes/runner_lane.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/package.hpp"
#include "plugins/runner/child.hpp"
#include "plugins/runner/lane.hpp"
#include "plugins/runner/supervisor.hpp"

namespace hotdesk::plugins {
namespace runner {
namespace {

/// A library in a runner goes with its process, so it may have what only the unload hooks could end.
constexpr GateRules unload_needs_nothing{true, false};

class RunnerEndpoint final : public Endpoint {
 public:
  RunnerEndpoint(Supervisor& supervisor, std::shared_ptr<Runner> runner) : supervisor_(supervisor), runner_(std::move(runner)) {}
  ~RunnerEndpoint() override { supervisor_.release(runner_); }

  void start(std::shared_ptr<Call> call) override { runner_->start(std::move(call)); }
  bool pause(std::chrono::milliseconds limit) override { return runner_->pause(limit); }
  void resume() override { runner_->resume(); }
  Result<std::string> export_state(std::uint32_t target_schema) override { return runner_->export_state(target_schema); }
  Result<> import_state(std::uint32_t schema, std::string_view blob, bool dry_run) override {
    return runner_->import_state(schema, blob, dry_run);
  }
  hotdesk_result check(std::int32_t level) override { return runner_->check(level); }

 private:
  Supervisor& supervisor_;
  const std::shared_ptr<Runner> runner_;
};

class Lane final : public RunnerLane {
 public:
  Lane(const RunnerOptions& options, Rhythm rhythm, Services& services, Runner::OnEvent on_event)
      : options_(options), rhythm_(rhythm), services_(services), on_event_(std::move(on_event)) {}

  Result<std::unique_ptr<Endpoint>> make(const Package& package, const Instance::Parts& parts) override {
    auto blueprint = draw(package, parts);
    if (!blueprint) return fail(blueprint.error().code, package.id + " " + package.version + ": " + blueprint.error().text, blueprint.error().where);
    // Any other program would do something else under that name.
    if (options_.program.empty() && !this_program_is_offered())
      return fail(Errc::unsupported, package.id + " runs in a process of its own, and this program names none for that");
    const std::string program = options_.program.empty() ? "/proc/self/exe" : options_.program.string();
    auto made = std::make_shared<Runner>(std::move(*blueprint), services_, program, rhythm_, on_event_);
    supervisor_.add(made);
    auto endpoint = std::make_unique<RunnerEndpoint>(supervisor_, made);
    if (const auto loaded = made->wait_loaded(); !loaded) return loaded.error();
    return std::unique_ptr<Endpoint>(std::move(endpoint));
  }

  RunnerStatus status(const Uuid& tenant, const std::string& plugin, const std::string& version) const override {
    const auto found = supervisor_.find(tenant, plugin, version);
    return found ? found->status() : RunnerStatus{};
  }

 private:
  /// All checks that need none of its code: the same as for a library of this process.
  Result<std::shared_ptr<const Blueprint>> draw(const Package& package, const Instance::Parts& parts) const {
    if (!package.problem.empty()) return fail(Errc::unsupported, package.problem);
    if (const auto fits = negotiate(package.manifest, services_.host_version); !fits) return fits.error();
    std::string interpreter;
    if (package.manifest.runtime == "python3") {
      interpreter = options_.python.string();
      if (interpreter.empty())
        return fail(Errc::unsupported, "is a Python script, and this host names no interpreter: set plugins.python, e.g. to /usr/bin/python3");
    }
    auto file = open_library(package);
    if (!file) return fail(file.error().code, package.manifest.library + " " + file.error().text, file.error().where);
    if (interpreter.empty())
      if (const auto gate = check_library(file->bytes(), unload_needs_nothing); !gate) return fail(gate.error().code, gate.error().text, package.manifest.library);
    auto hash = file->sha256_hex();
    return std::shared_ptr<const Blueprint>(new Blueprint{package.id, package.version, package.id + "@" + package.version,
                                                          package.manifest.build_id, package.manifest.provides, std::move(interpreter),
                                                          std::move(*file), std::move(hash), parts});
  }

  const RunnerOptions options_;
  const Rhythm rhythm_;
  Services& services_;
  const Runner::OnEvent on_event_;
  Supervisor supervisor_;  ///< last: its thread uses the rest
};

}  // namespace

std::unique_ptr<RunnerLane> make_lane(const RunnerOptions& options, const Rhythm& rhythm, Services& services,
                                      std::function<void(const RunnerEvent&)> on_event) {
  return std::make_unique<Lane>(options, rhythm, services, std::move(on_event));
}

}  // namespace runner

std::unique_ptr<RunnerLane> make_runner_lane(const RunnerOptions& options, Services& services,
                                             std::function<void(const RunnerEvent&)> on_event) {
  return runner::make_lane(options, {}, services, std::move(on_event));
}

}  // namespace hotdesk::plugins
