#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/random.hpp"
#include "plugins/memory_store.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::plugins::test {

/// A folder of the test's own, gone with it.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hotdesk-plugins-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The library of a built test plugin.
inline std::filesystem::path library_in(const std::filesystem::path& folder) {
  if (folder.extension() == ".so") return folder;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
    if (file.path().filename() == "plugin.so") return file.path();
  return {};
}

/// A thread with a queue of tasks, marked: as an event loop is.
class Loop {
 public:
  Loop() : thread_([this] { run(); }) {}
  ~Loop() {
    post(nullptr);
    thread_.join();
  }
  void post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    changed_.notify_one();
  }
  void run_and_wait(const std::function<void()>& task) {
    std::promise<void> done;
    post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  void run() {
    const HookThread mark;
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !tasks_.empty(); });
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      if (!task) return;
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::thread thread_;
};

/// Visits the loops that a test has.
class Visits final : public Quiesce {
 public:
  std::vector<std::unique_ptr<Loop>> loops;
  void for_each_thread(std::function<void()> task) override {
    std::vector<std::future<void>> done;
    for (auto& loop : loops) {
      auto promise = std::make_shared<std::promise<void>>();
      done.push_back(promise->get_future());
      loop->post([task, promise] {
        task();
        promise->set_value();
      });
    }
    for (auto& one : done) one.wait();
  }
};

inline Uuid uuid(int n) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = 1;
  bytes[14] = static_cast<std::uint8_t>(n >> 8);
  bytes[15] = static_cast<std::uint8_t>(n);
  return Uuid(bytes);
}
inline const Uuid tenant_a = uuid(1);
inline const Uuid tenant_b = uuid(2);
inline const By admin{uuid(9), "Ann", "127.0.0.1"};

/// A plugin room on a copy of built plugins.
struct Room {
  explicit Room(const std::string& plugins, const std::vector<Uuid>& tenants = {tenant_a, tenant_b}) {
    std::filesystem::copy(plugins, folder.path() / "plugins", std::filesystem::copy_options::recursive);
    open(tenants);
  }
  void open(const std::vector<Uuid>& tenants = {tenant_a, tenant_b}) {
    options.path = folder.path() / "plugins";
    options.run_dir = folder.path() / "run";
    options.crash_journal = folder.path() / "crash.jsonl";
    host = std::make_unique<Plugins>(
        options, store, visits, clock,
        [this](LogLevel, std::string_view who, std::string_view text) {
          const std::lock_guard lock(mutex);
          lines.push_back(std::string(who) + " " + std::string(text));
        },
        [this](const Scope&, const tenants::AuditEntry& entry) {
          const std::lock_guard lock(mutex);
          edges.push_back(entry.action);
        });
    const auto started = host->start(tenants);
    if (!started) throw std::runtime_error(started.error().text);
  }
  void close() { host.reset(); }

  delivery::FilterVerdict inspect(const Uuid& tenant, std::string_view text, const Uuid& conversation = {}, const Uuid& visitor = {}) const {
    delivery::FilterInput input;
    input.tenant = tenant;
    input.conversation = conversation;
    input.visitor = visitor;
    input.kind = "text";
    input.text = text;
    std::promise<delivery::FilterVerdict> later;
    auto verdict = host->filter().inspect(input, [&](delivery::FilterVerdict v) { later.set_value(std::move(v)); });
    return verdict ? std::move(*verdict) : later.get_future().get();
  }
  /// The text that comes out, "(pass)", "(refuse) reason" or "(failed) reason".
  std::string filter(const Uuid& tenant, std::string_view text, const Uuid& conversation = {}, const Uuid& visitor = {}) const {
    const auto verdict = inspect(tenant, text, conversation, visitor);
    switch (verdict.kind) {
      case delivery::FilterVerdict::Kind::pass: return "(pass)";
      case delivery::FilterVerdict::Kind::rewrite: return verdict.text;
      case delivery::FilterVerdict::Kind::refuse: return "(refuse) " + verdict.reason;
      case delivery::FilterVerdict::Kind::failed: return "(failed) " + verdict.reason;
    }
    return {};
  }
  PluginView view(const std::string& id, const Scope& tenant = std::nullopt) const { return host->find(tenant, id).value(); }
  VersionView version(const std::string& id, const std::string& version, const Scope& tenant = std::nullopt) const {
    for (auto& one : view(id, tenant).versions)
      if (one.version == version) return one;
    throw std::runtime_error("no version " + version);
  }
  bool logged(std::string_view part) const {
    const std::lock_guard lock(mutex);
    for (const auto& line : lines)
      if (line.find(part) != line.npos) return true;
    return false;
  }
  bool has_edge(std::string_view action) const {
    const std::lock_guard lock(mutex);
    return std::find(edges.begin(), edges.end(), action) != edges.end();
  }

  TempFolder folder;
  Options options;
  MemoryStore store;
  Visits visits;
  FakeClock clock;
  mutable std::mutex mutex;
  std::vector<std::string> lines;
  std::vector<std::string> edges;
  std::unique_ptr<Plugins> host;  ///< last: it ends first
};

inline const std::string good = HOTDESK_TEST_PLUGINS "/good";
inline const std::string bad = HOTDESK_TEST_PLUGINS "/bad";
inline const std::string echo = "test.echo";

}  // namespace hotdesk::plugins::test
