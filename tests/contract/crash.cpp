#include "contract/crash.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <map>
#include <set>
#include <thread>

#include "contract/world.hpp"

namespace hotdesk::contract {
namespace {

using conversations::Actor;
using conversations::Change;
using conversations::Committed;
using conversations::Outcome;

/// What the child says of each acknowledgement, in one write: a pipe keeps it whole and outlives the process.
struct Line {
  char mid[16];
  std::int64_t seq;
};

struct Cast {
  TenantCase tenant;
  std::vector<Actor> visitors;
  std::vector<Uuid> conversations;
};

/// The same messages in both processes: names, not chance.
Uuid mid_of(unsigned seed, int thread, int index) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = 1;
  bytes[8] = static_cast<std::uint8_t>(seed);
  bytes[9] = static_cast<std::uint8_t>(thread + 1);
  bytes[10] = static_cast<std::uint8_t>(index >> 8);
  bytes[11] = static_cast<std::uint8_t>(index & 0xFF);
  return Uuid{bytes};
}

Change change_of(World& world, const Cast& cast, unsigned seed, int thread, int index) {
  const std::size_t who = static_cast<std::size_t>(index + thread) % cast.visitors.size();
  return world.message(cast.tenant, cast.conversations[who], cast.visitors[who], "t" + std::to_string(thread) + "/" + std::to_string(index),
                       mid_of(seed, thread, index));
}

[[noreturn]] void child(const Backend& backend, const std::filesystem::path& folder, const Cast& cast, const CrashPlan& plan, int out) {
  std::atomic<int> passed{0};
  World world(backend, folder, [&](std::string_view point) {
    if (!plan.point.empty() && point == plan.point && ++passed == plan.nth) ::raise(SIGKILL);
  });
  std::vector<std::thread> threads;
  for (int thread = 0; thread < plan.threads; ++thread)
    threads.emplace_back([&, thread] {
      std::atomic<int> open{0};
      for (int index = 0; index < plan.messages; ++index) {
        ++open;
        world.ports().commit().submit(change_of(world, cast, plan.seed, thread, index), [&, out](const Change& change, Committed&& done) {
          if (done.outcome == Outcome::ok || done.outcome == Outcome::dup) {
            Line line{};
            std::memcpy(line.mid, std::get<conversations::Message>(change.what).mid.bytes().data(), 16);
            line.seq = done.seq;
            if (::write(out, &line, sizeof line) != static_cast<ssize_t>(sizeof line)) ::_exit(3);
          }
          --open;
          open.notify_all();
        });
        for (int now = open.load(); now >= 16; now = open.load()) open.wait(now);
      }
      for (int now = open.load(); now != 0; now = open.load()) open.wait(now);
    });
  for (auto& thread : threads) thread.join();
  ::_exit(0);
}

}  // namespace

CrashResult run_crash(const Backend& backend, const std::filesystem::path& folder, const CrashPlan& plan) {
  CrashResult result;
  Cast cast;
  {
    World world(backend, folder);
    cast.tenant = world.make_tenant("shop" + std::to_string(plan.seed));
    for (int i = 0; i < 4; ++i) {
      cast.visitors.push_back(world.make_visitor("V" + std::to_string(i)));
      cast.conversations.push_back(conversation_id(cast.tenant.id, cast.visitors.back().id, 0));
    }
  }
  int ends[2];
  if (::pipe(ends) != 0) return {{"no pipe"}, 0, false};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    child(backend, folder, cast, plan, ends[1]);
  }
  ::close(ends[1]);
  std::map<Uuid, std::int64_t> acked;
  for (Line line{}; ::read(ends[0], &line, sizeof line) == static_cast<ssize_t>(sizeof line);) {
    acked[*uuid_from_binary(std::string_view(line.mid, 16))] = line.seq;
    if (plan.point.empty() && static_cast<int>(acked.size()) == plan.kill_after_answers) ::kill(pid, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  result.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  result.answered = acked.size();

  World world(backend, folder);
  const auto read = [&] {
    std::map<Uuid, std::int64_t> seqs;
    for (const Uuid& id : cast.conversations) {
      auto first = world.ports().log().read_conversation(cast.tenant.id, id, 0, std::nullopt, 1, true);
      if (!first) continue;  // not opened before the death
      std::int64_t expected = 1;
      for (const auto& entry : world.page(cast.tenant, id, true, 100)) {
        if (entry.seq != expected++) result.wrong.push_back("seq " + std::to_string(entry.seq) + " leaves a hole");
        if (entry.mid && !seqs.emplace(*entry.mid, entry.seq).second) result.wrong.push_back("mid " + entry.mid->text() + " twice");
      }
    }
    return seqs;
  };
  const auto survived = read();
  for (const auto& [mid, seq] : acked) {
    const auto found = survived.find(mid);
    if (found == survived.end()) result.wrong.push_back("acknowledged " + mid.text() + " is lost");
    else if (found->second != seq) result.wrong.push_back("acknowledged " + mid.text() + " has another seq");
  }
  for (int thread = 0; thread < plan.threads; ++thread)
    for (int index = 0; index < plan.messages; ++index) {
      const auto done = world.commit(change_of(world, cast, plan.seed, thread, index));
      const auto before = survived.find(mid_of(plan.seed, thread, index));
      const Outcome expected = before == survived.end() ? Outcome::ok : Outcome::dup;
      if (done.outcome != expected) result.wrong.push_back("sent again: another outcome than expected");
      if (before != survived.end() && done.seq != before->second) result.wrong.push_back("sent again: another seq");
    }
  const auto finally = read();
  if (finally.size() != static_cast<std::size_t>(plan.threads * plan.messages)) result.wrong.push_back("not every message is there in the end");
  for (const Actor& visitor : cast.visitors) world.feed(cast.tenant, visitor.id, false, 200);
  world.feed(cast.tenant, cast.tenant.department, true, 200);
  return result;
}

}  // namespace hotdesk::contract
