#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/load_parts.hpp"

namespace hotdesk::bench {
namespace {
using support::ChatClient;

/// One sender: a visitor or the agent who got that visitor's conversation.
struct Sender {
  std::shared_ptr<ChatClient> client;
  std::atomic<bool> ready{false};
  Uuid conversation;  // set before ready
};

/// What one loop measured; joined at the end.
struct Measured {
  Samples ack;
  Samples peer;
};

std::string text_for(std::int64_t due_us, int bytes) {
  std::string out = std::to_string(due_us) + " ";
  if (out.size() < static_cast<std::size_t>(bytes)) out.resize(static_cast<std::size_t>(bytes), 'x');
  return out;
}

}  // namespace

Json run_messages(const LoadOptions& options) {
  support::TemporaryFolder folder;
  const auto world = support::make_world(folder.path(), options.pairs, 1);
  support::ServerProcess server(world, load_config, options.binary);
  server.start();
  Clients clients(static_cast<std::size_t>(options.loops));
  std::vector<Measured> measured(static_cast<std::size_t>(options.loops));
  std::atomic<bool> measuring{false};
  std::atomic<bool> sending{true};
  std::atomic<std::int64_t> acked{0};
  std::vector<std::unique_ptr<Sender>> senders;

  const auto wire = [&](Sender& sender) {
    Measured& to = measured[sender.client->loop()];
    sender.client->on_acked = [&, self = &sender](const ChatClient::Acked& done) {
      if (measuring) to.ack.add(done.acked_us - done.sent_us), ++acked;
      if (options.rate == 0 && sending && self->ready)
        self->client->send(self->conversation, text_for(support::now_us(), options.text_bytes));
    };
  };
  for (int i = 0; i < options.pairs; ++i) {
    auto sender = std::make_unique<Sender>();
    sender->client = clients.add(server.port(), [&world, i] { return world.agent_set(world.agents[static_cast<std::size_t>(i)].id); });
    wire(*sender);
    sender->client->on_entry = [&, self = sender.get(), to = &measured[sender->client->loop()]](const Json& entry) {
      if (entry.contains("feed")) return;  // the department's: other pairs meeting
      if (entry.at("kind") == "assigned" && !self->ready) {
        self->conversation = *parse_uuid(entry.at("conv").get<std::string>());
        self->ready = true;
      }
      if (measuring && entry.at("kind") == "text" && entry["from"].value("role", "") == "visitor")
        to->peer.add(support::now_us() - std::stoll(entry["body"].value("text", "0")));
    };
    senders.push_back(std::move(sender));
  }
  clients.start_all();
  for (int i = 0; i < options.pairs; ++i) {
    auto sender = std::make_unique<Sender>();
    sender->client = clients.add(server.port(), [&world, id = make_uuid(i)] { return world.visitor_set(id); });
    wire(*sender);
    senders.push_back(std::move(sender));
  }
  clients.start_all();
  // The first message opens the conversation and brings each pair together.
  for (std::size_t i = static_cast<std::size_t>(options.pairs); i < senders.size(); ++i) {
    senders[i]->client->send({}, text_for(support::now_us(), options.text_bytes));
  }
  clients.wait("pairs to meet", [&] {
    return std::all_of(senders.begin(), senders.begin() + options.pairs, [](const auto& s) { return s->ready.load(); });
  });
  for (std::size_t i = static_cast<std::size_t>(options.pairs); i < senders.size(); ++i) {
    clients.loops().for_each_loop([&](std::size_t loop) {
      if (senders[i]->client->loop() == loop) senders[i]->conversation = *senders[i]->client->conversation();
    });
    senders[i]->ready = true;
  }

  if (options.rate == 0)
    for (const auto& sender : senders)
      for (int i = 0; i < options.outstanding; ++i) sender->client->send(sender->conversation, text_for(support::now_us(), options.text_bytes));
  // Open loop: each message has its due time, and its latency counts from there, whatever the server does (no omission).
  std::thread schedule([&] {
    if (options.rate == 0) return;
    std::size_t next = 0;
    std::int64_t due = support::now_us();
    const std::int64_t gap = std::max<std::int64_t>(1, 1'000'000 / options.rate);
    while (sending) {
      const std::int64_t now = support::now_us();
      for (; due <= now; due += gap) {
        const auto& sender = senders[next++ % senders.size()];
        sender->client->send(sender->conversation, text_for(due, options.text_bytes), due);
      }
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  });
  std::this_thread::sleep_for(std::chrono::seconds(options.warm_up));
  measuring = true;
  const std::int64_t cpu = server.cpu_us();
  const std::int64_t own = own_cpu_us();
  const std::int64_t begin = support::now_us();
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  measuring = false;
  const double wall = static_cast<double>(support::now_us() - begin);
  const double server_cpu = static_cast<double>(server.cpu_us() - cpu);
  const double generator_cpu = static_cast<double>(own_cpu_us() - own);
  sending = false;
  schedule.join();
  const auto count = static_cast<double>(acked.load());
  Samples ack;
  Samples peer;
  clients.loops().for_each_loop([&](std::size_t loop) {
    ack.append(measured[loop].ack);
    peer.append(measured[loop].peer);
  });
  ack.sort();
  peer.sort();
  const std::int64_t resident = server.resident_bytes();
  for (const auto& client : clients.list()) client->stop();
  server.terminate();
  return Json{{"mode", options.rate == 0 ? "closed loop" : "open loop"}, {"pairs", options.pairs}, {"asked_per_s", options.rate},
              {"messages", acked.load()}, {"messages_per_s", count / wall * 1e6},
              {"ack_ms", {{"p50", static_cast<double>(ack.at(.5)) / 1e3}, {"p99", static_cast<double>(ack.at(.99)) / 1e3}, {"p99_9", static_cast<double>(ack.at(.999)) / 1e3}}},
              {"peer_ms", {{"p50", static_cast<double>(peer.at(.5)) / 1e3}, {"p99", static_cast<double>(peer.at(.99)) / 1e3}}},
              {"server_cpu_us_per_message", count > 0 ? server_cpu / count : 0}, {"server_cpu_cores", server_cpu / wall},
              {"generator_cpu_cores", generator_cpu / wall}, {"server_resident_mib", static_cast<double>(resident) / 1048576}};
}

}  // namespace hotdesk::bench
