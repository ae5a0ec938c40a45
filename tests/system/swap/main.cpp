// hotdesk_swap [--swaps N] [--warm-up N] [--visitors N] [--plain 1]
// Swaps the filtering plugin under load and proves: no socket closes, nothing is lost or doubled, the very next message goes
// through the new version, every message was filtered by exactly one version, memory and mappings come back. With --plain 1
// nothing is swapped: what memory does under the same load alone, for comparison.
#include <sqlite3.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "net/http_client.hpp"
#include "support/server_process.hpp"
#include "system/checker.hpp"
#include "system/crowd.hpp"
#include "system/dump.hpp"

namespace {
using namespace hotdesk;
using Json = nlohmann::json;

constexpr const char* plugin = "org.hotdesk.filtering";
constexpr const char* versions[] = {"1.0.0", "1.1.0"};
constexpr const char* word = "竞品";  // 1.1.0 masks it, 1.0.0 lets it through

struct Arguments {
  int swaps = 50;
  int warm_up = 20;
  int visitors = 8;
  bool plain = false;
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--swaps") == 0) out.swaps = std::stoi(argv[i + 1]);
    else if (std::strcmp(argv[i], "--warm-up") == 0) out.warm_up = std::stoi(argv[i + 1]);
    else if (std::strcmp(argv[i], "--visitors") == 0) out.visitors = std::stoi(argv[i + 1]);
    else if (std::strcmp(argv[i], "--plain") == 0) out.plain = std::stoi(argv[i + 1]) != 0;
    else throw std::runtime_error(std::string("unknown argument ") + argv[i]);
  }
  return out;
}

/// Talks to the server as its operator does, through the local socket.
class Operator {
 public:
  explicit Operator(const support::ServerProcess& server) : client_(options(server)) {}
  void activate(const std::string& version) {
    auto answer = client_.post_json(std::string("/api/v1/plugins/") + plugin + "/activate", Json{{"version", version}}.dump());
    if (!answer || answer->status != 200)
      throw std::runtime_error("activate " + version + ": " + (answer ? answer->content() : answer.error().text));
  }
  Json view() {
    const auto answer = client_.get("/api/v1/plugins").value();
    const Json list = Json::parse(answer.content());
    for (const auto& view : list.at("data"))
      if (view.at("id") == plugin) return view;
    throw std::runtime_error("the filtering plugin is not listed: " + answer.content());
  }

 private:
  static net::HttpClientOptions options(const support::ServerProcess& server) {
    net::HttpClientOptions out;
    out.unix_socket = server.socket_path();
    return out;
  }
  net::HttpClient client_;
};

/// One visitor outside the crowd who says the word and looks at what became of it.
class Probe {
 public:
  Probe(const support::World& world, std::uint16_t port, support::History& history) {
    support::ChatOptions options;
    options.port = port;
    options.dev = "probe";
    options.history = &history;
    options.mint = [&world, id = make_uuid(7)] { return world.visitor_set(id); };
    client_ = std::make_shared<support::ChatClient>(loops_, connector_, std::move(options));
    client_->on_live = [this] { live_ = true; };
    client_->on_closed = [this](std::uint16_t) { ++closed_; };
    client_->on_frame = [this](const Json& frame) {
      if (frame.at("t") != "ack") return;
      const std::lock_guard lock(mutex_);
      masked_ = frame.contains("body");
    };
    client_->start();
    wait("the probe to connect", [&] { return live_.load(); });
  }
  ~Probe() { loops_.stop(); }

  /// Whether the next message's word was masked.
  bool next_is_masked(int n) {
    {
      const std::lock_guard lock(mutex_);
      masked_.reset();
    }
    client_->send({}, std::string(word) + " probe " + std::to_string(n));
    std::optional<bool> seen;
    wait("the probe's ack", [&] {
      const std::lock_guard lock(mutex_);
      seen = masked_;
      return seen.has_value();
    });
    return *seen;
  }
  /// Sockets that ended so far; from now on it is the test that ends them.
  void count_closed() { ended_ = closed_.load(); }
  /// Reconnects, reads its feed to the head, and leaves.
  void finish() {
    client_->cut();
    wait("the probe to catch up", [&] { return ask([](auto& client) { return client.caught_up(); }); });
    client_->stop();
    wait("the probe to end", [&] { return ask([](auto& client) { return !client.live(); }); });
  }
  int closed() const { return ended_; }

 private:
  bool ask(const std::function<bool(support::ChatClient&)>& holds) {
    bool result = false;
    loops_.for_each_loop([&](std::size_t) { result = holds(*client_); });
    return result;
  }
  static void wait(const char* what, const std::function<bool()>& done) {
    for (int i = 0; i < 30'000; ++i) {
      if (done()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    throw std::runtime_error(std::string("gave up waiting for ") + what);
  }
  net::Loops loops_{1, "probe"};
  net::WsConnector connector_{loops_, "", true};
  std::shared_ptr<support::ChatClient> client_;
  std::atomic<bool> live_{false};
  std::atomic<int> closed_{0};
  int ended_ = 0;
  std::mutex mutex_;
  std::optional<bool> masked_;
};

/// Reads the rows themselves: which filters saw each text. @return messages per version; throws on any other list.
std::pair<std::int64_t, std::int64_t> count_filters(const support::World& world) {
  sqlite3* db = nullptr;
  if (sqlite3_open_v2((world.folder / "data" / "hotdesk.db").c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
    throw std::runtime_error("cannot open the database");
  sqlite3_stmt* rows = nullptr;
  sqlite3_prepare_v2(db, "SELECT filters, count(*) FROM message WHERE mid IS NOT NULL GROUP BY filters", -1, &rows, nullptr);
  std::pair<std::int64_t, std::int64_t> out;
  std::string wrong;
  while (sqlite3_step(rows) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(rows, 0));
    const std::string filters = text ? text : "(none)";
    const std::int64_t n = sqlite3_column_int64(rows, 1);
    if (filters == std::string(plugin) + "@" + versions[0]) out.first = n;
    else if (filters == std::string(plugin) + "@" + versions[1]) out.second = n;
    else wrong += " \"" + filters + "\" ×" + std::to_string(n);
  }
  sqlite3_finalize(rows);
  sqlite3_close(db);
  if (!wrong.empty()) throw std::runtime_error("messages filtered by something else than exactly one version:" + wrong);
  return out;
}

int run(const Arguments& arguments) {
  support::TemporaryFolder folder;
  const auto world = support::make_world(folder.path(), 2);
  support::ServerProcess server(world, R"({"limits": {"exempt": ["127.0.0.0/8"]}})");
  server.start();
  const auto history_path = folder.path() / "history.jsonl";
  const auto dump_path = folder.path() / "dump.jsonl";
  Operator admin(server);
  std::int64_t closed = 0;
  std::int64_t wrong_version = 0;
  std::int64_t memory = 0;
  std::int64_t mappings = 0;
  std::int64_t mappings_before = 0;
  std::int64_t memory_before = 0;
  {
    support::History history(history_path.string());
    system::CrowdOptions options;
    options.visitors = arguments.visitors;
    options.words = std::string("about ") + word;
    system::Crowd crowd(world, server.port(), history, options);
    crowd.start();
    Probe probe(world, server.port(), history);
    for (int i = 0; i < arguments.warm_up + arguments.swaps; ++i) {
      if (i == arguments.warm_up) {
        memory_before = server.resident_bytes();
        mappings_before = server.mappings();
      }
      const char* version = versions[(i + 1) % 2];
      if (!arguments.plain) admin.activate(version);
      const bool masked = probe.next_is_masked(i);
      if (!arguments.plain && masked != (version == versions[1])) ++wrong_version;
      crowd.wait_for_acks(10);
    }
    probe.count_closed();
    closed = crowd.closed() + probe.closed();
    memory = server.resident_bytes();
    mappings = server.mappings();
    crowd.finish();  // nobody speaks any more, so the probe's feed has an end too
    probe.finish();
  }
  const Json view = admin.view();
  if (const int status = server.terminate(); status != 0) throw std::runtime_error("the server ended with " + std::to_string(status));
  system::write_dump(world, dump_path.string());
  std::ifstream history(history_path);
  std::ifstream dump(dump_path);
  const auto verdict = system::check(history, dump);
  for (const auto& violation : verdict.violations) std::printf("VIOLATION %s\n", violation.c_str());
  const auto [by_old, by_new] = count_filters(world);
  std::printf("swap: %d swaps after %d: %lld sockets closed, %lld messages (%lld by 1.0.0, %lld by 1.1.0), %lld next messages through the "
              "wrong version, %zu violations; resident %+.2f MiB, mappings %lld -> %lld\n",
              arguments.swaps, arguments.warm_up, static_cast<long long>(closed), static_cast<long long>(verdict.stored),
              static_cast<long long>(by_old), static_cast<long long>(by_new), static_cast<long long>(wrong_version), verdict.violations.size(),
              static_cast<double>(memory - memory_before) / 1048576, static_cast<long long>(mappings_before), static_cast<long long>(mappings));
  std::printf("%s\n", view.dump().c_str());
  // A swap that leaks keeps an image, about five mappings, each time; the allocator's own come and go by some.
  const bool leaks = mappings > mappings_before + 20;
  return closed == 0 && wrong_version == 0 && verdict.violations.empty() && (arguments.plain || (by_old > 0 && by_new > 0)) && !leaks ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::printf("swap: %s\n", error.what());
    return 1;
  }
}
