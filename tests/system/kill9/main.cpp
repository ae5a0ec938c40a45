// hotdesk_kill9 [--rounds N] [--seed N] [--visitors N] [--binary PATH] [--expect-violations]
// Kills the host with SIGKILL at random instants under load, restarts it, and lets the checker read what clients logged and
// what the store holds. With --expect-violations (the negative control) it succeeds only if the checker objects.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "support/server_process.hpp"
#include "system/checker.hpp"
#include "system/crowd.hpp"
#include "system/dump.hpp"

namespace {

struct Arguments {
  int rounds = 20;
  unsigned seed = 1;
  int visitors = 12;
  std::string binary;
  bool expect_violations = false;
};

Arguments parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const auto is = [&](const char* name) { return std::strcmp(argv[i], name) == 0 && i + 1 < argc; };
    if (is("--rounds")) out.rounds = std::stoi(argv[++i]);
    else if (is("--seed")) out.seed = static_cast<unsigned>(std::stoul(argv[++i]));
    else if (is("--visitors")) out.visitors = std::stoi(argv[++i]);
    else if (is("--binary")) out.binary = argv[++i];
    else if (std::strcmp(argv[i], "--expect-violations") == 0) out.expect_violations = true;
    else throw std::runtime_error(std::string("unknown argument ") + argv[i]);
  }
  return out;
}

int run(const Arguments& arguments) {
  using namespace hotdesk;
  support::TemporaryFolder folder;
  const auto world = support::make_world(folder.path(), 3);
  support::ServerProcess server(world, R"({"limits": {"exempt": ["127.0.0.0/8"]}})", arguments.binary);
  server.start();
  const auto history_path = folder.path() / "history.jsonl";
  const auto dump_path = folder.path() / "dump.jsonl";
  std::mt19937 random(arguments.seed);
  std::int64_t acked = 0;
  {
    support::History history(history_path.string());
    system::Crowd crowd(world, server.port(), history, {.visitors = arguments.visitors});
    crowd.start();
    for (int round = 0; round < arguments.rounds; ++round) {
      crowd.wait_for_acks(20);
      // The instant of the crash is what is random; nothing waits for it to pass.
      std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(0, 60'000)(random)));
      server.kill9();
      server.start();
      crowd.move_to(server.port());
    }
    crowd.finish();
    acked = crowd.acked();
  }
  if (const int status = server.terminate(); status != 0) {
    std::printf("the server ended with %d after SIGTERM\n%s\n", status, server.output().c_str());
    return 1;
  }
  system::write_dump(world, dump_path.string());
  std::ifstream history(history_path);
  std::ifstream dump(dump_path);
  const auto verdict = system::check(history, dump);
  for (const auto& violation : verdict.violations) std::printf("VIOLATION %s\n", violation.c_str());
  std::printf("kill9: %d rounds, seed %u: %lld sent, %lld stored, %lld acks, %lld entries applied, %zu violations\n", arguments.rounds,
              arguments.seed, static_cast<long long>(verdict.sent), static_cast<long long>(verdict.stored), static_cast<long long>(acked),
              static_cast<long long>(verdict.applied), verdict.violations.size());
  if (verdict.acked == 0) return 1;
  return verdict.violations.empty() != arguments.expect_violations ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::printf("kill9: %s\n", error.what());
    return 1;
  }
}
