// What a durable message costs in the writer: pairs of visitor and agent (two feed rows a message), a fixed number of messages
// in flight. Prints one line a setting. Usage: hotdesk_store_bench [pairs] [messages] [in flight]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include "base/random.hpp"
#include "crypto/mac.hpp"
#include "store/store.hpp"

namespace {

using namespace hotdesk;
using conversations::Change;
using conversations::Committed;

struct Pair {
  Uuid conversation;
  conversations::Actor visitor, agent;
};

Uuid conversation_id(const Uuid& tenant, const Uuid& visitor, std::int64_t n) {
  return *uuid_from_binary(std::string_view(crypto::hmac_sha256("bench", tenant.binary() + visitor.binary() + std::to_string(n))).substr(0, 16));
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Change change_of(const Uuid& tenant, const Uuid& conversation, const conversations::Actor& actor, conversations::What what) {
  Change change;
  change.tenant = tenant;
  change.conversation = conversation;
  change.actor = actor;
  change.now = now_ms();
  change.what = std::move(what);
  return change;
}

Committed wait(store::Store& store, Change change) {
  std::promise<Committed> promise;
  store.commit().submit(std::move(change), [&](const Change&, Committed&& done) { promise.set_value(std::move(done)); });
  return promise.get_future().get();
}

conversations::Message text(std::size_t size) {
  conversations::Message message;
  message.mid = make_uuid(now_ms());
  message.kind = "text";
  message.body = "{\"text\":\"" + std::string(size, 'x') + "\"}";
  message.mac = std::string(16, 'm');
  return message;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 500;
  const int total = argc > 2 ? std::atoi(argv[2]) : 60'000;
  std::string pattern = (std::filesystem::current_path() / "store-bench-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  {
    store::Options options;
    options.data_dir = folder;
    options.master_key = std::string(32, 'k');
    options.conversation_ids = conversation_id;
    auto store = store::Store::open(std::move(options)).value();
    tenants::AuditEntry audit;
    tenants::Tenant tenant;
    tenant.id = make_uuid(now_ms());
    tenant.name = "bench";
    tenants::Department department{make_uuid(now_ms()), tenant.id, "Support"};
    store->tenants().create_tenant(tenant, department, audit).value();
    tenants::Site site;
    site.id = make_uuid(now_ms());
    site.tenant = tenant.id;
    site.code = "bench";
    site.widget = "{}";
    store->sites().save_site(site, audit).value();
    std::vector<Pair> all(static_cast<std::size_t>(pairs));
    for (Pair& pair : all) {
      pair.visitor = {tenants::Role::visitor, make_uuid(now_ms()), "Visitor"};
      pair.agent = {tenants::Role::agent, make_uuid(now_ms()), "Agent"};
      pair.conversation = conversation_id(tenant.id, pair.visitor.id, 0);
      tenants::User user;
      user.id = pair.agent.id;
      user.tenant = tenant.id;
      user.username = user.id.text();
      user.name = "Agent";
      user.departments = {department.id};
      store->users().create_user(user, audit).value();
      conversations::Message first = text(20);
      visitors::Visitor opening;
      opening.site = site.id;
      opening.name = "Visitor";
      opening.device = "{}";
      first.opening = opening;
      if (const Committed done = wait(*store, change_of(tenant.id, pair.conversation, pair.visitor, first)); done.outcome != conversations::Outcome::ok) {
        std::printf("cannot open: %s\n", done.text.c_str());
        return 1;
      }
      conversations::Assigned assigned;
      assigned.assignee = pair.agent.id;
      wait(*store, change_of(tenant.id, pair.conversation, {}, assigned));
    }
    std::printf("%d pairs, 200-byte texts\n%9s %9s %10s %12s %12s %10s %10s\n", pairs, "in flight", "messages", "messages/s",
                "writer us/m", "commit us", "items/b", "p99 ms");
    const std::vector<int> flights = argc > 3 ? std::vector<int>{std::atoi(argv[3])} : std::vector<int>{1, 8, 32, 128, 500, 1000};
    for (const int flight : flights) {
      const int count = flight == 1 ? total / 20 : flight == 8 ? total / 4 : total;
      std::mutex mutex;
      std::condition_variable free;
      int in_flight = 0;
      std::atomic<int> failed{0};
      std::vector<double> latencies(static_cast<std::size_t>(count));
      const store::Stats before = store->stats();
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < count; ++i) {
        {
          std::unique_lock lock(mutex);
          free.wait(lock, [&] { return in_flight < flight; });
          ++in_flight;
        }
        const Pair& pair = all[static_cast<std::size_t>(i) % all.size()];
        const auto sent = std::chrono::steady_clock::now();
        store->commit().submit(
            change_of(tenant.id, pair.conversation, i % 2 == 0 ? pair.visitor : pair.agent, text(200)),
            [&, i, sent](const Change&, Committed&& done) {
              if (done.outcome != conversations::Outcome::ok) ++failed;
              latencies[static_cast<std::size_t>(i)] = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - sent).count();
              const std::lock_guard lock(mutex);
              --in_flight;
              free.notify_one();
            });
      }
      {
        std::unique_lock lock(mutex);
        free.wait(lock, [&] { return in_flight == 0; });
      }
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      store->health().value();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // the writer notes its CPU when it goes idle
      const store::Stats after = store->stats();
      std::sort(latencies.begin(), latencies.end());
      const double batches = static_cast<double>(after.batches - before.batches);
      std::printf("%9d %9d %10.0f %12.1f %12.0f %10.1f %10.2f%s\n", flight, count, count / seconds,
                  static_cast<double>(after.writer_cpu_us - before.writer_cpu_us) / count,
                  static_cast<double>(after.commit_us - before.commit_us) / batches, static_cast<double>(after.items - before.items) / batches,
                  latencies[static_cast<std::size_t>(count * 99 / 100)], failed != 0 ? "  FAILED ITEMS" : "");
      std::fflush(stdout);
    }
  }
  std::filesystem::remove_all(folder);
  return 0;
}
