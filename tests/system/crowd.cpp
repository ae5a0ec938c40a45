#include "system/crowd.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace hotdesk::system {
using support::ChatClient;

Crowd::Crowd(const support::World& world, std::uint16_t port, support::History& history, CrowdOptions options)
    : world_(world), options_(std::move(options)), history_(history), port_(port) {}

Crowd::~Crowd() { loops_.stop(); }

std::shared_ptr<ChatClient> Crowd::add(std::size_t n, std::function<tenants::ConnectSet()> mint) {
  support::ChatOptions options;
  options.port = port_;
  options.dev = "dev-" + std::to_string(n);
  options.mint = std::move(mint);
  options.history = &history_;
  auto client = std::make_shared<ChatClient>(loops_, connector_, std::move(options));
  client->on_closed = [this](std::uint16_t) { if (talking_) ++closed_; };
  return client;
}

void Crowd::talk(const std::shared_ptr<ChatClient>& visitor) {
  if (talking_) visitor->send({}, options_.words + " " + std::to_string(++words_));
}

void Crowd::start() {
  std::size_t n = 0;
  for (const auto& agent : world_.agents) {
    auto client = add(n++, [this, id = agent.id] { return world_.agent_set(id); });
    std::weak_ptr<ChatClient> weak = client;
    client->on_acked = [this](const auto&) { ++acked_; };
    client->on_refused = [this](const auto&, const auto&) { ++refused_; };
    if (options_.agents_answer)
      client->on_entry = [this, weak](const nlohmann::json& entry) {
        const auto self = weak.lock();
        if (!self || !talking_ || entry.at("kind") != "text" || entry.at("from").value("role", "") != "visitor") return;
        self->send(*parse_uuid(entry.at("conv").get<std::string>()), options_.words + " answer " + std::to_string(++words_));
      };
    agents_.push_back(std::move(client));
  }
  for (const auto& agent : agents_) agent->start();
  wait("the agents to be live", [&] { return all([](ChatClient& c) { return c.live(); }); });
  for (int i = 0; i < options_.visitors; ++i) {
    const Uuid id = make_uuid(i);
    auto client = add(n++, [this, id] { return world_.visitor_set(id); });
    std::weak_ptr<ChatClient> weak = client;
    client->on_acked = [this, weak](const auto&) {
      ++acked_;
      if (const auto self = weak.lock()) talk(self);
    };
    client->on_refused = [this](const auto&, const auto&) { ++refused_; };
    visitors_.push_back(std::move(client));
  }
  for (const auto& visitor : visitors_) visitor->start();
  wait("the visitors to be live", [&] { return all([](ChatClient& c) { return c.live(); }); });
  for (const auto& visitor : visitors_)
    for (int i = 0; i < options_.outstanding; ++i) talk(visitor);
}

void Crowd::move_to(std::uint16_t port) {
  for (const auto* group : {&agents_, &visitors_})
    for (const auto& client : *group) client->set_port(port);
}

void Crowd::wait_for_acks(std::int64_t more) {
  const std::int64_t until = acked_ + more;
  wait("acks", [&] { return acked_ >= until; });
}

void Crowd::finish() {
  talking_ = false;
  wait("every message to be answered", [&] { return all([](ChatClient& c) { return c.live() && c.unanswered() == 0; }); });
  // A resume reads the feed from the log up to its head: after it, a device that lacks an entry lacks it for good.
  for (const auto* group : {&agents_, &visitors_})
    for (const auto& client : *group) client->cut();
  // cut() was posted before this look, so live means: welcomed anew.
  wait("everybody to be back and caught up", [&] { return all([](ChatClient& c) { return c.caught_up(); }); });
  for (const auto* group : {&agents_, &visitors_})
    for (const auto& client : *group) client->stop();
  wait("the sockets to end", [&] { return all([](ChatClient& c) { return !c.live(); }); });
}

bool Crowd::all(const std::function<bool(ChatClient&)>& holds) {
  bool result = true;
  loops_.for_each_loop([&](std::size_t) {
    for (const auto* group : {&agents_, &visitors_})
      for (const auto& client : *group) result = result && holds(*client);
  });
  return result;
}

void Crowd::wait(const char* what, const std::function<bool()>& done, int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error(std::string("gave up waiting for ") + what);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace hotdesk::system
