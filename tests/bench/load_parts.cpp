#include "bench/load_parts.hpp"

#include <sys/resource.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace hotdesk::bench {

const char* const load_config = R"({"limits": {"exempt": ["127.0.0.0/8"]}, "log": {"level": "warn"}})";

namespace {
constexpr std::size_t clients_per_address = 4'000;  // beyond, the kernel searches long for a free port
constexpr std::size_t connecting_at_once = 200;
}  // namespace

std::int64_t own_cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

std::shared_ptr<support::ChatClient> Clients::add(std::uint16_t port, std::function<tenants::ConnectSet()> mint) {
  const std::size_t n = clients_.size();
  support::ChatOptions options;
  options.loop = n % loops_.size();
  options.port = port;
  options.local_address = "127.0.0." + std::to_string(2 + n / clients_per_address);
  options.dev = "load-" + std::to_string(n);
  options.mint = std::move(mint);
  clients_.push_back(std::make_shared<support::ChatClient>(loops_, connector_, std::move(options)));
  return clients_.back();
}

void Clients::start_all() {
  while (started_ < clients_.size()) {
    const std::size_t until = std::min(clients_.size(), started_ + connecting_at_once);
    for (std::size_t i = started_; i < until; ++i) clients_[i]->start();
    started_ = until;
    wait("clients to connect", [&] {
      bool live = true;
      loops_.for_each_loop([&](std::size_t loop) {
        for (std::size_t i = 0; i < started_; ++i)
          if (clients_[i]->loop() == loop && !clients_[i]->live()) live = false;
      });
      return live;
    });
  }
}

bool Clients::all(const std::function<bool(support::ChatClient&)>& holds) {
  std::atomic<bool> result{true};
  loops_.for_each_loop([&](std::size_t loop) {
    for (const auto& client : clients_)
      if (client->loop() == loop && !holds(*client)) result = false;
  });
  return result;
}

void Clients::wait(const char* what, const std::function<bool()>& done, int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error(std::string("gave up waiting for ") + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Json run_load(const LoadOptions& options) {
  if (options.mode == "messages") return run_messages(options);
  if (options.mode == "idle") return run_idle(options);
  if (options.mode == "storm") return run_storm(options);
  throw std::runtime_error("no mode " + options.mode + ": messages, idle, storm");
}

}  // namespace hotdesk::bench
