// Random concurrent schedules from a seed; the checker reads only what clients saw and a dump of the database.
#include <gmock/gmock.h>

#include <atomic>
#include <latch>
#include <random>
#include <thread>

#include "contract/history.hpp"

namespace hotdesk::contract {
namespace {

using conversations::Actor;
using conversations::Change;
using conversations::Committed;
using conversations::Outcome;

struct Room {
  TenantCase tenant;
  Actor visitor, agent, other;
  Uuid conversation;
};

class Invariants : public Contract {
 protected:
  std::atomic<std::int64_t> moment{0};
  History history;
  std::atomic<int> open{0};

  void record_entries(const Uuid& tenant, const Committed& done) {
    const std::lock_guard lock(history.mutex);
    for (const auto& entry : done.entries) history.pushed.push_back({tenant, entry});
  }
  /// Submits without waiting and records what comes back.
  void send(int device, const Room& room, Change change) {
    Sent sent;
    sent.device = device;
    sent.tenant = room.tenant.id;
    sent.conversation = change.conversation;
    sent.sender = change.actor.id;
    if (const auto* message = std::get_if<conversations::Message>(&change.what)) {
      sent.mid = message->mid;
      sent.body = message->body;
    }
    sent.sent = ++moment;
    ++open;
    world.ports().commit().submit(std::move(change), [this, sent](const Change& done_change, Committed&& done) mutable {
      sent.answered = ++moment;
      sent.outcome = done.outcome;
      sent.seq = done.seq;
      record_entries(sent.tenant, done);
      if (std::holds_alternative<conversations::Message>(done_change.what)) {
        const std::lock_guard lock(history.mutex);
        history.sent.push_back(sent);
      }
      --open;
      open.notify_all();
    });
  }
  void settle() {
    for (int now = open.load(); now != 0; now = open.load()) open.wait(now);
  }
  Dump dump(const std::vector<Room>& rooms) {
    Dump out;
    std::set<std::pair<Uuid, bool>> owners;
    for (const Room& room : rooms) {
      out.conversations.push_back({room.tenant.id, room.conversation, world.page(room.tenant, room.conversation)});
      for (const auto& [owner, department] : {std::pair(room.visitor.id, false), std::pair(room.agent.id, false),
                                              std::pair(room.other.id, false), std::pair(room.tenant.department, true)}) {
        if (!owners.insert({owner, department}).second) continue;
        Dump::Feed feed{room.tenant.id, owner, department, world.feed(room.tenant, owner, department, 64), 0};
        feed.head = world.ports().log().heads(room.tenant.id, {{owner, department}}).value().at(0);
        out.feeds.push_back(std::move(feed));
      }
    }
    return out;
  }

  /// One device's life: windows of messages chained by `after`, marks, receipts, and what the host does meanwhile.
  void live(int device, unsigned seed, const std::vector<Room>& rooms, const std::vector<Uuid>& shared_mids, int steps) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random); };
    std::map<Uuid, std::pair<Uuid, Uuid>> last;  // conversation → (sender, last mid of this device there)
    for (int step = 0; step < steps; ++step) {
      const Room& room = rooms[below(static_cast<unsigned>(rooms.size()))];
      const Actor& actor = below(2) == 0 ? room.visitor : room.agent;
      switch (below(20)) {
        case 0: send(device, room, world.change(room.tenant, room.conversation, actor, conversations::Read{below(30)})); break;
        case 1: send(device, room, world.change(room.tenant, Uuid{}, actor, conversations::Delivered{make_uuid(device), below(40)})); break;
        case 2: {
          conversations::Transferred transfer;
          transfer.assignee = below(2) == 0 ? room.agent.id : room.other.id;
          transfer.note = "n";
          send(device, room, world.change(room.tenant, room.conversation, Actor{}, transfer));
          break;
        }
        case 3: send(device, room, world.change(room.tenant, room.conversation, room.agent, conversations::Closed{"r"})); break;
        case 4: send(device, room, world.change(room.tenant, room.conversation, room.agent, conversations::Reopened{})); break;
        case 5: {  // the same mid from every device at once, as two sockets of one person do
          const Uuid& mid = shared_mids[below(static_cast<unsigned>(shared_mids.size()))];
          send(device, room, world.message(room.tenant, room.conversation, room.visitor, "shared " + mid.text(), mid));
          break;
        }
        case 6: {  // another tenant's conversation
          const Room& foreign = rooms[below(static_cast<unsigned>(rooms.size()))];
          Change change = world.message(room.tenant, foreign.conversation, room.agent, "thief");
          if (foreign.tenant.id != room.tenant.id) send(device, room, std::move(change));
          break;
        }
        default: {
          const Uuid mid = make_uuid(world.now());
          Change change = world.message(room.tenant, room.conversation, actor, "d" + std::to_string(device) + " s" + std::to_string(step), mid);
          if (below(3) == 0) {
            if (const auto found = last.find(room.conversation); found != last.end() && found->second.first == actor.id)
              std::get<conversations::Message>(change.what).after = found->second.second;
          }
          const bool again = below(6) == 0;
          if (again) send(device, room, change);
          send(device, room, std::move(change));
          last[room.conversation] = {actor.id, mid};
        }
      }
      if (below(16) == 0) settle();
    }
  }
};
HOTDESK_CONTRACT(Invariants);

TEST_P(Invariants, HoldUnderRandomConcurrentSchedules) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    history.sent.clear();
    history.pushed.clear();
    std::vector<Room> rooms;
    for (int t = 0; t < 3; ++t) {
      const TenantCase tenant = world.make_tenant("t" + std::to_string(seed) + std::to_string(t));
      const Actor agent = world.make_agent(tenant, "Ann"), other = world.make_agent(tenant, "Bob");
      for (int i = 0; i < 3; ++i) {
        const Actor visitor = world.make_visitor("V");
        rooms.push_back({tenant, visitor, agent, other, conversation_id(tenant.id, visitor.id, 0)});
      }
    }
    // The first messages race as well: each device may be the one that opens.
    std::vector<Uuid> shared;
    for (int i = 0; i < 8; ++i) shared.push_back(make_uuid(world.now()));
    for (const Room& room : rooms) {
      const Uuid mid = make_uuid(world.now());
      for (int twice = 0; twice < 2; ++twice) send(0, room, world.message(room.tenant, room.conversation, room.visitor, "first", mid));
      conversations::Assigned assigned;
      assigned.assignee = room.agent.id;
      send(0, room, world.change(room.tenant, room.conversation, Actor{}, assigned));
    }
    constexpr int devices = 6;
    std::latch start(devices);
    std::vector<std::thread> threads;
    for (int device = 1; device <= devices; ++device)
      threads.emplace_back([&, device] {
        start.arrive_and_wait();
        live(device, seed * 100 + static_cast<unsigned>(device), rooms, shared, 150);
      });
    for (std::thread& thread : threads) thread.join();
    settle();
    int dups = 0, oks = 0;
    for (const Sent& sent : history.sent) {
      dups += sent.outcome == Outcome::dup ? 1 : 0;
      oks += sent.outcome == Outcome::ok ? 1 : 0;
    }
    EXPECT_GT(oks, 100);
    EXPECT_GT(dups, 10) << "the schedule tried nothing";
    const auto wrong = check(history, dump(rooms));
    EXPECT_TRUE(wrong.empty()) << ::testing::PrintToString(wrong);
  }
}

TEST_P(Invariants, InFlightDuplicatesOnTwoSocketsAreOneMessage) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor visitor = world.make_visitor("Vera");
  const Room room{shop, visitor, world.make_agent(shop, "Ann"), world.make_agent(shop, "Bob"), conversation_id(shop.id, visitor.id, 0)};
  for (int round = 0; round < 50; ++round) {
    const Uuid mid = make_uuid(world.now());
    const auto change = world.message(shop, room.conversation, visitor, "same", mid);
    std::latch start(2);
    std::vector<std::thread> sockets;
    for (int socket = 0; socket < 2; ++socket)
      sockets.emplace_back([&, socket] {
        start.arrive_and_wait();
        send(socket, room, change);
      });
    for (auto& socket : sockets) socket.join();
  }
  settle();
  const auto wrong = check(history, dump({room}));
  EXPECT_TRUE(wrong.empty()) << ::testing::PrintToString(wrong);
  EXPECT_EQ(world.page(shop, room.conversation).size(), 51u);
}

/// The checker must be able to fail: each forgery of a good history is found.
TEST_P(Invariants, TheCheckerFindsEachKindOfForgery) {
  const TenantCase shop = world.make_tenant("shop"), other = world.make_tenant("other");
  const Actor visitor = world.make_visitor("Vera"), stranger = world.make_visitor("S");
  const std::vector<Room> rooms = {{shop, visitor, world.make_agent(shop, "Ann"), world.make_agent(shop, "Bob"), conversation_id(shop.id, visitor.id, 0)},
                                   {other, stranger, world.make_agent(other, "A"), world.make_agent(other, "B"), conversation_id(other.id, stranger.id, 0)}};
  for (int i = 0; i < 5; ++i) {
    for (const Room& room : rooms) send(1, room, world.message(room.tenant, room.conversation, room.visitor, "m" + std::to_string(i)));
    settle();
  }
  const Dump good = dump(rooms);
  ASSERT_TRUE(check(history, good).empty());
  const auto finds = [&](const char* invariant, const std::function<void(History&, Dump&)>& forge) {
    History forged;
    forged.sent = history.sent;
    forged.pushed = history.pushed;
    Dump copy = good;
    forge(forged, copy);
    EXPECT_THAT(check(forged, copy), ::testing::Contains(::testing::StartsWith(invariant)));
  };
  finds("I1", [](History&, Dump& d) { d.conversations[0].entries.pop_back(); });
  finds("I1", [](History&, Dump& d) { d.conversations[0].entries.back().body = "{}"; });
  finds("I2", [](History&, Dump& d) { d.conversations[0].entries.push_back(d.conversations[0].entries.back()); });
  finds("I2", [](History& h, Dump&) {
    h.sent.push_back(h.sent.back());
    h.sent.back().seq = 1;
  });
  finds("I3", [](History&, Dump& d) { d.conversations[0].entries[2].seq += 1; });
  finds("I3", [](History&, Dump& d) { d.feeds[0].entries.erase(d.feeds[0].entries.begin() + 1); });
  finds("I4", [](History& h, Dump&) { h.sent.pop_back(); });
  finds("I5", [](History& h, Dump&) {
    std::swap(h.sent.front().seq, h.sent[h.sent.size() - 2].seq);
  });
  finds("I6", [](History& h, Dump&) {
    for (std::size_t i = 0; i < h.sent.size(); ++i) h.sent[i].device = static_cast<int>(i);
    std::swap(h.sent.front().seq, h.sent[h.sent.size() - 2].seq);
  });
  finds("I7", [](History& h, Dump&) { h.pushed.pop_back(); });
  finds("I7", [](History& h, Dump&) { h.pushed.front().entry.entry.cur += 1; });
  finds("I9", [](History&, Dump& d) { d.feeds[0].head += 1; });
  finds("I10", [](History&, Dump& d) { d.feeds[0].entries[0].conversation = d.conversations[1].id; });
}

}  // namespace
}  // namespace hotdesk::contract
