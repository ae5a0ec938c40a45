// hotdesk_load: a load generator for hotdesk.v1. It starts a server of its own, talks to loopback only and stops by itself.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/load.hpp"

int main(int argc, char** argv) {
  hotdesk::bench::LoadOptions options;
  CLI::App app{"Load for hotdesk.v1; the result is one JSON object"};
  app.add_option("--mode", options.mode, "messages, idle or storm");
  app.add_option("--pairs", options.pairs, "visitor and agent pairs (messages)");
  app.add_option("--clients", options.clients, "clients (idle, storm)");
  app.add_option("--rate", options.rate, "messages a second in all, open loop; 0: closed loop");
  app.add_option("--outstanding", options.outstanding, "closed loop: unanswered messages of each sender");
  app.add_option("--seconds", options.seconds, "measured time");
  app.add_option("--warm-up", options.warm_up, "seconds before it");
  app.add_option("--loops", options.loops, "threads of the generator");
  app.add_option("--bytes", options.text_bytes, "of each text");
  app.add_option("--binary", options.binary, "the server to load instead of this build's");
  CLI11_PARSE(app, argc, argv);
  try {
    std::cout << hotdesk::bench::run_load(options).dump(2) << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "hotdesk_load: " << error.what() << '\n';
    return 1;
  }
}
