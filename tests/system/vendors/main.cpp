// hotdesk_vendors FOLDER LANGUAGE…
// Vendors' plugins in a running server, as an operator rolls them out: FOLDER has key.pub and my-<language>-{1.0.0,1.1.0}.hdplugin
// (vendors.sh makes them). For each: trust, install, grant, activate, canary, promote, roll back, by the command line, while people
// chat. Proves: every step takes effect, no socket closes, no message is lost, doubled or reordered.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "net/http_client.hpp"
#include "support/server_process.hpp"
#include "system/checker.hpp"
#include "system/crowd.hpp"
#include "system/dump.hpp"

namespace {
using namespace hotdesk;
using Json = nlohmann::json;

class Operator {
 public:
  Operator(const support::ServerProcess& server, std::filesystem::path folder) : server_(server), folder_(std::move(folder)) {}

  /// A command as it is typed. Throws with what it said.
  void run(const std::string& command) const {
    const auto log = server_.config_path().parent_path() / "command.log";
    const std::string line = "cd '" + folder_.string() + "' && '" HOTDESK_BINARY "' --config '" + server_.config_path().string() + "' plugin " +
                             command + " >'" + log.string() + "' 2>&1";
    if (std::system(line.c_str()) == 0) return;
    std::ifstream in(log);
    throw std::runtime_error("hotdesk plugin " + command + ": " + std::string(std::istreambuf_iterator<char>(in), {}));
  }
  Json plugin(const std::string& id) const {
    net::HttpClientOptions options;
    options.unix_socket = server_.socket_path();
    net::HttpClient client(options);
    const auto answer = client.get("/api/v1/plugins/" + id);
    if (!answer || answer->status != 200) throw std::runtime_error(id + ": " + (answer ? answer->content() : answer.error().text));
    return Json::parse(answer->content());
  }

 private:
  const support::ServerProcess& server_;
  const std::filesystem::path folder_;
};

Json version_of(const Json& plugin, const std::string& version) {
  for (const Json& one : plugin.at("versions"))
    if (one.at("version") == version) return one;
  throw std::runtime_error("no version " + version + ": " + plugin.dump());
}

void expect(bool holds, const char* what, const Json& plugin) {
  if (!holds) throw std::runtime_error(std::string("not so: ") + what + ": " + plugin.dump());
}

/// Waits until a version's calls have grown beyond `before`.
void wait_for_calls(const Operator& by, system::Crowd& crowd, const std::string& id, const std::string& version, std::int64_t before) {
  for (int i = 0; i < 200; ++i) {
    crowd.wait_for_acks(10);
    if (version_of(by.plugin(id), version).at("calls").get<std::int64_t>() > before) return;
  }
  throw std::runtime_error(id + " " + version + " is not called: " + by.plugin(id).dump());
}

void release(const Operator& by, system::Crowd& crowd, const std::string& language) {
  const std::string id = "com.acme.my-" + language;
  const std::string name = "my-" + language;
  by.run("install " + name + "-1.0.0.hdplugin");
  by.run("grant " + id + " --no-permissions");
  by.run("activate " + id + " 1.0.0");
  by.run("enable " + id);
  Json now = by.plugin(id);
  expect(now.at("level") == "vendor" && now.at("lane") == "runner", "a vendor's plugin runs in a process of its own", now);
  wait_for_calls(by, crowd, id, "1.0.0", 0);

  by.run("install " + name + "-1.1.0.hdplugin");
  expect(by.plugin(id).at("release").at("stable") == "1.0.0", "an installed version upgrades nobody", by.plugin(id));
  by.run("canary " + id + " 1.1.0 50");
  wait_for_calls(by, crowd, id, "1.1.0", 0);
  wait_for_calls(by, crowd, id, "1.0.0", version_of(by.plugin(id), "1.0.0").at("calls"));

  by.run("promote " + id);
  now = by.plugin(id);
  expect(now.at("release").at("stable") == "1.1.0", "the candidate is stable", now);
  wait_for_calls(by, crowd, id, "1.1.0", version_of(now, "1.1.0").at("calls"));
  by.run("rollback " + id);
  now = by.plugin(id);
  expect(now.at("release").at("stable") == "1.0.0", "it is the version before again", now);
  wait_for_calls(by, crowd, id, "1.0.0", version_of(now, "1.0.0").at("calls"));
  now = by.plugin(id);
  const auto errors = version_of(now, "1.0.0").at("errors").get<int>() + version_of(now, "1.1.0").at("errors").get<int>();
  const auto ours = version_of(now, "1.0.0");
  std::printf("%s: %lld and %lld calls, %d errors, p50 %.0f us, p99 %.0f us\n", id.c_str(), ours.at("calls").get<long long>(),
              version_of(now, "1.1.0").at("calls").get<long long>(), errors, ours.at("p50_us").get<double>(), ours.at("p99_us").get<double>());
}

int run(const std::filesystem::path& packages, const std::vector<std::string>& languages) {
  support::TemporaryFolder folder;
  const auto world = support::make_world(folder.path(), 2);
  support::ServerProcess server(world, R"({"limits": {"exempt": ["127.0.0.0/8"]}})");
  server.start();
  const Operator by(server, packages);
  const auto history_path = folder.path() / "history.jsonl";
  const auto dump_path = folder.path() / "dump.jsonl";
  std::int64_t closed = 0;
  {
    support::History history(history_path.string());
    system::CrowdOptions options;
    options.visitors = 12;
    system::Crowd crowd(world, server.port(), history, options);
    crowd.start();
    by.run("trust add key.pub --level vendor --prefix 'com.acme.*'");
    for (const auto& language : languages) release(by, crowd, language);
    closed = crowd.closed();
    crowd.finish();
  }
  if (const int status = server.terminate(); status != 0) throw std::runtime_error("the server ended with " + std::to_string(status));
  system::write_dump(world, dump_path.string());
  std::ifstream history(history_path);
  std::ifstream dump(dump_path);
  const auto verdict = system::check(history, dump);
  for (const auto& violation : verdict.violations) std::printf("VIOLATION %s\n", violation.c_str());
  std::printf("vendors: %zu plugins, %lld messages, %lld sockets closed, %zu violations\n", languages.size(),
              static_cast<long long>(verdict.stored), static_cast<long long>(closed), verdict.violations.size());
  return closed == 0 && verdict.violations.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argv[1], {argv + 2, argv + argc});
  } catch (const std::exception& error) {
    std::printf("vendors: %s\n", error.what());
    return 1;
  }
}
