#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "plugins/image.hpp"
#include "plugins/instance.hpp"
#include "plugins/plugin_metrics.hpp"
#include "plugins/validate/subject.hpp"

namespace hotdesk::plugins::validate {

/// The part of a host that a plugin sees, without a server around it: the same images, instances, lanes and services that the
/// host uses, with doubles behind the services that would need one (no network, no store). The one place in this folder that
/// knows those classes. Thread: one, which is the loader thread; calls come from the pool.
class Lab {
 public:
  struct Options {
    std::size_t workers = 4;
    bool services_fail = false;  ///< every service answers with an error, and there are no keys
    Lane lane = Lane::pool;
    std::uint32_t sync_hard_ms = 0;  ///< 0: the manifest's
  };
  Lab(const Subject& subject, std::filesystem::path run_dir, std::string host_version, Options options);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  Result<std::unique_ptr<Image>> load();
  /// With the configuration that settings() chose, or another.
  Result<std::shared_ptr<Instance>> make(Image& image);
  Result<std::shared_ptr<Instance>> make(Image& image, const std::string& config);

  /// Asks, waits, answers: by the lane's own rules, deadline included. `limit` 0: long enough for a busy machine, whatever
  /// the method's budget.
  Outcome call(Instance& instance, Ask ask, std::chrono::milliseconds limit = {});
  /// Begins a call and gives it up at once: the outcome is whatever came first.
  Outcome call_and_cancel(Instance& instance, Ask ask);

  /// Waits until what calls left to be done has been done.
  void settle();
  /// Destroys an instance when nothing holds it any more. Errc::busy: calls or answers are owed after 5 s; it then stays.
  Result<> end(std::shared_ptr<Instance>& instance);
  /// Takes an image out of the process, threads that were in it being alive. Errc::busy with what holds it.
  Result<> unload(std::unique_ptr<Image>& image);

  /// Methods that the plugin has.
  std::vector<Method> methods_of(const Image& image) const;
  /// Runs `task` on `threads` threads of its own at once and waits for them.
  static void on_threads(std::size_t threads, const std::function<void(std::size_t)>& task);
  /// Threads that plugin code kept for longer than the hard limit.
  std::uint64_t written_off() const;
  std::vector<std::string> log_lines() const;

 private:
  struct Inner;
  const std::unique_ptr<Inner> inner_;
};

/// The configuration to validate with: `{}`, or what the schema itself gives (`default`, `examples`, the defaults of its
/// properties). Errc::invalid: none of them fits.
Result<std::string> settings(const std::string& schema);

}  // namespace hotdesk::plugins::validate
