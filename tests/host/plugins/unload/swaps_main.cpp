// hotdesk_unload_swaps --plugin <package folder> [--swaps N] [--threads N] [--hooks off] [--expect flat|growth]
//   [--text <message>]
// Swaps one plugin again and again while threads call it, and tells what that did to the process's memory. With the hooks off
// it is the control: a plugin with thread_local objects then stays mapped each time. Ends with 1 when it expected otherwise.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>

#include "host/plugins/room.hpp"
#include "host/plugins/unload/opened.hpp"
#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;
using Clock = std::chrono::steady_clock;

struct Memory {
  long resident_kb = 0;
  long mappings = 0;
};
Memory memory() {
  malloc_trim(0);
  Memory now;
  std::istringstream status(read_file("/proc/self/status"));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) now.resident_kb = std::atol(line.c_str() + 6);
  std::istringstream maps(read_file("/proc/self/maps"));
  for (std::string line; std::getline(maps, line);) ++now.mappings;
  return now;
}

/// A thread that calls the plugin all the time and does between two calls what it is told: as an event loop.
class Caller {
 public:
  explicit Caller(const std::string& text) : thread_([this, text] { run(text); }) {}
  ~Caller() {
    stopping_ = true;
    thread_.join();
  }
  void ask(std::function<void()> task) {
    std::promise<void> done;
    auto future = done.get_future();
    std::function<void()> whole = [&] {
      task();
      done.set_value();
    };
    task_.store(&whole, std::memory_order_release);
    future.wait();
  }
  const Opened* opened = nullptr;  ///< own thread
  std::uint64_t calls = 0;
  std::uint64_t wrong = 0;

 private:
  void run(const std::string& text) {
    while (!stopping_) {
      if (auto* task = task_.exchange(nullptr, std::memory_order_acquire)) (*task)();
      if (opened == nullptr) std::this_thread::yield();
      for (int i = 0; i < 16 && opened != nullptr; ++i, ++calls) wrong += opened->inspect(text) < 0 ? 1U : 0U;
    }
  }
  std::atomic<std::function<void()>*> task_{nullptr};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

struct Run {
  Run(const std::string& folder_, int threads, const std::string& text) {
    const std::filesystem::path path(folder_);
    package = read_package(path, path.parent_path().filename().string(), path.filename().string());
    if (!package.problem.empty()) throw std::runtime_error(folder_ + ": " + package.problem);
    for (int i = 0; i < threads; ++i) callers.push_back(std::make_unique<Caller>(text.empty() ? std::to_string(reinterpret_cast<std::uintptr_t>(&ended)) : text));
  }
  void for_each(const std::function<void(Caller&)>& task) {
    for (auto& caller : callers) caller->ask([&] { task(*caller); });
  }
  /// One more version in, the one before out.
  void swap() {
    const auto begin = Clock::now();
    auto file = open_library(package);
    if (!file) throw std::runtime_error(file.error().text);
    auto next = std::make_unique<Opened>(*file, folder.path(), host);
    for_each([&](Caller& caller) { caller.opened = next.get(); });
    const auto published = Clock::now();
    if (current) retire(std::move(current));
    current = std::move(next);
    const auto end = Clock::now();
    load_us.push_back(std::chrono::duration<double, std::micro>(published - begin).count());
    unload_us.push_back(std::chrono::duration<double, std::micro>(end - published).count());
  }
  void retire(std::unique_ptr<Opened> old) {
    old->end();
    for (int tries = 0; !old->library->unload(); ++tries) {
      if (!old->library->may_go_later() || tries == 1000) {
        ++kept;
        return;
      }
      for_each([](Caller&) { unload::run_pending_detaches(); });
    }
  }

  TempFolder folder;
  SmallHost host;
  Package package;
  std::atomic<int> ended{0};
  std::vector<std::unique_ptr<Caller>> callers;
  std::unique_ptr<Opened> current;
  std::vector<double> load_us, unload_us;
  int kept = 0;
};

double percentile(std::vector<double>& values, double part) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

int run(int argc, char** argv) {
  std::map<std::string, std::string> options{{"--swaps", "1000"}, {"--threads", "2"}, {"--hooks", "on"}};
  for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
  if (options["--hooks"] == "off") unload::disable_hooks();
  const int wanted = std::max(1, std::atoi(options["--swaps"].c_str()));

  Run swaps(options["--plugin"], std::max(1, std::atoi(options["--threads"].c_str())), options["--text"]);
  for (int i = 0; i < 50; ++i) swaps.swap();
  swaps.load_us.clear();
  swaps.unload_us.clear();
  swaps.kept = 0;
  const Memory before = memory();
  for (int i = 0; i < wanted; ++i) swaps.swap();
  const Memory after = memory();
  swaps.for_each([](Caller& caller) { caller.opened = nullptr; });
  swaps.retire(std::move(swaps.current));

  std::uint64_t calls = 0;
  std::uint64_t wrong = 0;
  for (auto& caller : swaps.callers) calls += caller->calls, wrong += caller->wrong;
  const long resident = after.resident_kb - before.resident_kb;
  const long mappings = after.mappings - before.mappings;
  std::printf("%s hooks %s: %d swaps, %llu calls (%llu wrong), resident %ld %+ld kB, mappings %ld %+ld, kept %d, "
              "load to published p50 %.0f p99 %.0f us, to unmapped p50 %.0f p99 %.0f us\n",
              swaps.package.id.c_str(), unload::hooks_active() ? "on" : "off", wanted, static_cast<unsigned long long>(calls),
              static_cast<unsigned long long>(wrong), before.resident_kb, resident, before.mappings, mappings, swaps.kept,
              percentile(swaps.load_us, 0.5), percentile(swaps.load_us, 0.99), percentile(swaps.unload_us, 0.5),
              percentile(swaps.unload_us, 0.99));
  const std::string& expected = options["--expect"];
  if (wrong != 0 || calls == 0) return 1;
  if (expected == "flat") return std::abs(mappings) <= 2 && resident < 1024 && swaps.kept == 0 ? 0 : 1;
  if (expected == "growth") return mappings >= wanted && swaps.kept >= wanted ? 0 : 1;
  return 0;
}

}  // namespace
}  // namespace hotdesk::plugins

int main(int argc, char** argv) {
  try {
    return hotdesk::plugins::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
