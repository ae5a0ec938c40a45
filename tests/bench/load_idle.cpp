#include <nlohmann/json.hpp>

#include "bench/load_parts.hpp"

namespace hotdesk::bench {

/// Resident memory per idle connection, and what opening one costs the server.
Json run_idle(const LoadOptions& options) {
  support::TemporaryFolder folder;
  const auto world = support::make_world(folder.path(), 1);
  support::ServerProcess server(world, load_config, options.binary);
  server.start();
  Clients clients(static_cast<std::size_t>(options.loops));
  const auto add = [&](int n) {
    for (int i = 0; i < n; ++i) clients.add(server.port(), [&world] { return world.visitor_set(); });
    clients.start_all();
  };
  add(100);  // what the first ones bring in (caches, arenas) is not theirs
  const std::int64_t resident = server.resident_bytes();
  const std::int64_t cpu = server.cpu_us();
  const std::int64_t begin = support::now_us();
  add(options.clients);
  const double wall = static_cast<double>(support::now_us() - begin);
  const auto n = static_cast<double>(options.clients);
  const double per_open = static_cast<double>(server.cpu_us() - cpu) / n;
  Json out{{"mode", "idle"}, {"clients", options.clients}, {"resident_kib_per_connection", static_cast<double>(server.resident_bytes() - resident) / 1024 / n},
           {"server_cpu_us_per_open", per_open}, {"opens_per_server_core_second", 1e6 / per_open}, {"opens_per_s", n / wall * 1e6}};
  for (const auto& client : clients.list()) client->stop();
  server.terminate();
  return out;
}

/// Everybody is cut off at once: how long until all are back and caught up.
Json run_storm(const LoadOptions& options) {
  support::TemporaryFolder folder;
  const auto world = support::make_world(folder.path(), 1);
  support::ServerProcess server(world, load_config, options.binary);
  server.start();
  Clients clients(static_cast<std::size_t>(options.loops));
  std::atomic<std::int64_t> acked{0};
  for (int i = 0; i < options.clients; ++i)
    clients.add(server.port(), [&world, id = make_uuid(i)] { return world.visitor_set(id); })->on_acked = [&](const auto&) { ++acked; };
  clients.start_all();
  for (const auto& client : clients.list()) client->send({}, "before the storm");
  clients.wait("first messages", [&] { return acked >= options.clients; });
  for (const auto& client : clients.list()) client->cut();
  for (const auto& client : clients.list()) client->send({}, "while away");
  const std::int64_t begin = support::now_us();
  clients.wait("everybody to be back", [&] { return clients.all([](auto& c) { return c.caught_up() && c.unanswered() == 0; }); });
  const double seconds = static_cast<double>(support::now_us() - begin) / 1e6;
  const std::int64_t lost = 2 * options.clients - acked;
  for (const auto& client : clients.list()) client->stop();
  server.terminate();
  return Json{{"mode", "storm"}, {"clients", options.clients}, {"back_and_caught_up_s", seconds}, {"lost", lost}};
}

}  // namespace hotdesk::bench
