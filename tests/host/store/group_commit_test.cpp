#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "fixture.hpp"
#include "store/connection.hpp"

namespace hotdesk::store {
namespace {

using contract::TenantCase;
using contract::World;
using conversations::Actor;
using conversations::Committed;
using conversations::Outcome;

/// A world whose writer can be held, and whose database can be made to refuse.
class GroupCommitTest : public ::testing::Test {
 protected:
  contract::TempFolder folder;
  Gate gate;
  std::atomic<const char*> fault_at{nullptr};  ///< the point at which the connection "breaks"
  contract::Backend backend{"sqlite", [this](const std::filesystem::path& path, contract::Failpoint) {
                              Options options = options_in(path);
                              options.failpoint = [this](std::string_view point) {
                                if (point == "before_commit") gate.pass();
                                if (const char* at = fault_at; at != nullptr && point == at)
                                  throw DatabaseError(DatabaseError::Kind::broken, "disk full");
                              };
                              auto opened = Store::open(std::move(options)).value();
                              store = opened.get();
                              return std::unique_ptr<contract::Ports>(new Adapter(std::move(opened)));
                            }};
  Store* store = nullptr;

  struct Adapter final : contract::Ports {
    explicit Adapter(std::unique_ptr<Store> opened) : held(std::move(opened)) {}
    delivery::Commit& commit() override { return held->commit(); }
    delivery::MessageLog& log() override { return held->log(); }
    conversations::ConversationRepository& conversations() override { return held->conversations(); }
    tenants::TenantRepository& tenants() override { return held->tenants(); }
    tenants::SiteRepository& sites() override { return held->sites(); }
    tenants::UserRepository& users() override { return held->users(); }
    tenants::LogRepository& logs() override { return held->logs(); }
    visitors::VisitorRepository& visitors() override { return held->visitors(); }
    plugins::PluginStore& plugins() override { return held->plugins(); }
    conversations::KnowledgeRepository& knowledge() override { return held->knowledge(); }
    std::unique_ptr<Store> held;
  };

  World world{backend, folder.path()};
  TenantCase shop = world.make_tenant("shop");
  Actor vera = world.make_visitor("Vera"), otto = world.make_visitor("Otto");
  Uuid id = world.open(shop, vera), other = world.open(shop, otto);

  conversations::Change poison(const Uuid& conversation, const Actor& actor) {
    auto change = world.message(shop, conversation, actor, "poison");
    std::get<conversations::Message>(change.what).filters = "poison";
    return change;
  }
  /// From now on the database refuses rows whose `filters` is "poison".
  void plant_poison() {
    RawDatabase raw(folder.path());
    ASSERT_EQ(raw.run("CREATE TRIGGER poison BEFORE INSERT ON message WHEN NEW.filters = 'poison' BEGIN SELECT RAISE(ABORT, 'poison'); END"), "");
  }
  /// Holds the writer in a batch of its own and returns that batch's answer.
  std::future<Committed> hold() {
    gate.close();
    auto first = world.submit(world.message(shop, id, vera, "holds the writer"));
    gate.wait_for_writer();
    return first;
  }
};

TEST_F(GroupCommitTest, TheNextBatchIsWhatQueuedMeanwhileAtMost256) {
  std::vector<std::string> order;
  std::mutex mutex;
  int answered = 0;
  store->commit().on_flushed([&] {
    const std::lock_guard lock(mutex);
    order.push_back("flush after " + std::to_string(answered));
  });
  auto first = hold();
  const Stats before = store->stats();
  std::vector<std::int64_t> seqs;
  std::promise<void> last;
  for (int i = 0; i < 300; ++i)
    world.ports().commit().submit(world.message(shop, other, otto, std::to_string(i)), [&, i](const auto&, Committed&& done) {
      const std::lock_guard lock(mutex);
      ++answered;
      seqs.push_back(done.seq);
      if (i == 299) last.set_value();
    });
  EXPECT_EQ(store->stats().queued, 300u);
  gate.open();
  last.get_future().get();
  world.say(shop, id, vera, "one more");
  const Stats after = store->stats();
  world.close();  // every flush has run
  for (std::size_t i = 0; i < seqs.size(); ++i) EXPECT_EQ(seqs[i], static_cast<std::int64_t>(i) + 3) << "in the order of submission";
  const std::lock_guard lock(mutex);
  EXPECT_THAT(order, ::testing::IsSupersetOf({"flush after 0", "flush after 256", "flush after 300"}));
  EXPECT_EQ(after.batch_sizes[8] - before.batch_sizes[8], 1u) << "one batch of 256";
  EXPECT_EQ(after.batch_sizes[6] - before.batch_sizes[6], 1u) << "one of 44";
  EXPECT_EQ(first.get().outcome, Outcome::ok);
}

TEST_F(GroupCommitTest, NothingIsAnsweredBeforeTheCommit) {
  auto first = hold();
  EXPECT_EQ(first.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  RawDatabase raw(folder.path());
  EXPECT_EQ(raw.ask("SELECT COUNT(*) FROM message"), 4) << "two openings";
  gate.open();
  EXPECT_EQ(first.get().outcome, Outcome::ok);
  EXPECT_EQ(raw.ask("SELECT COUNT(*) FROM message"), 5);
}

TEST_F(GroupCommitTest, RepeatsInsideABatchAreDropped) {
  auto first = hold();
  const auto change = world.message(shop, other, otto, "same");
  auto a = world.submit(change), b = world.submit(change), c = world.submit(world.message(shop, other, otto, "next"));
  gate.open();
  const Committed one = a.get(), two = b.get(), three = c.get();
  EXPECT_EQ(one.outcome, Outcome::ok);
  EXPECT_EQ(two.outcome, Outcome::dup);
  EXPECT_EQ(two.seq, one.seq);
  EXPECT_EQ(two.body, contract::text_body("same"));
  EXPECT_TRUE(two.entries.empty());
  EXPECT_EQ(three.seq, one.seq + 1);
}

TEST_F(GroupCommitTest, OnePoisonedItemIsRefusedAloneAndTheRestIsKept) {
  plant_poison();
  auto first = hold();
  std::vector<std::future<Committed>> good;
  for (int i = 0; i < 7; ++i) good.push_back(world.submit(world.message(shop, other, otto, std::to_string(i))));
  std::vector<int> order;
  std::mutex mutex;
  const auto noting = [&](int what) {
    return [&, what](const auto&, Committed&&) {
      const std::lock_guard lock(mutex);
      order.push_back(what);
    };
  };
  auto bad = poison(id, vera);
  auto refused = world.submit(bad);
  world.ports().commit().submit(world.message(shop, id, vera, "after the poison"), noting(1));
  world.ports().commit().submit(world.message(shop, id, vera, "and after that"), noting(2));
  for (int i = 7; i < 15; ++i) good.push_back(world.submit(world.message(shop, other, otto, std::to_string(i))));
  gate.open();
  EXPECT_EQ(refused.get().outcome, Outcome::rejected);
  std::int64_t expected = 3;
  for (auto& one : good) {
    const Committed done = one.get();
    EXPECT_EQ(done.outcome, Outcome::ok) << done.text;
    EXPECT_EQ(done.seq, expected++);
  }
  EXPECT_EQ(world.say(shop, id, vera, "last").seq, 6) << "held back, not dropped: opened, hello, holds, 1, 2, last";
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
  EXPECT_EQ(world.commit(bad).outcome, Outcome::rejected) << "again, alone";
  world.page(shop, id);
  EXPECT_EQ(world.feed(shop, vera.id).size(), 6u);
}

TEST_F(GroupCommitTest, ALaterItemThatNamesThePoisonIsOutOfOrder) {
  plant_poison();
  auto first = hold();
  auto bad = poison(id, vera);
  auto next = world.message(shop, id, vera, "follows");
  std::get<conversations::Message>(next.what).after = std::get<conversations::Message>(bad.what).mid;
  auto refused = world.submit(bad), follows = world.submit(next);
  gate.open();
  EXPECT_EQ(refused.get().outcome, Outcome::rejected);
  EXPECT_EQ(follows.get().outcome, Outcome::order);
}

TEST_F(GroupCommitTest, APoisonedOpeningLeavesNoVisitorBehind) {
  plant_poison();
  const Actor nina = world.make_visitor("Nina");
  const Uuid hers = contract::conversation_id(shop.id, nina.id, 0);
  EXPECT_EQ(world.commit(poison(hers, nina)).outcome, Outcome::rejected);
  EXPECT_FALSE(world.ports().visitors().find_visitor(shop.id, nina.id).value());
  EXPECT_EQ(world.say(shop, hers, nina, "clean").seq, 2);
}

TEST_F(GroupCommitTest, ADamagedRowSpoilsNobodyElsesBatch) {
  const auto damaged = world.message(shop, id, vera, "will be damaged");
  ASSERT_EQ(world.commit(damaged).outcome, Outcome::ok);
  {
    RawDatabase raw(folder.path());
    ASSERT_EQ(raw.run("UPDATE message SET sealed_body = x'0100' WHERE conversation_id = (SELECT conversation_id FROM message "
                      "WHERE seq = 3)  AND seq = 3"), "");
  }
  auto first = hold();
  auto good = world.submit(world.message(shop, other, otto, "fine"));
  auto repeat = world.submit(damaged);
  auto also_good = world.submit(world.message(shop, other, otto, "fine too"));
  gate.open();
  EXPECT_EQ(good.get().outcome, Outcome::ok);
  EXPECT_EQ(repeat.get().outcome, Outcome::rejected);
  EXPECT_EQ(also_good.get().outcome, Outcome::ok);
}

TEST_F(GroupCommitTest, AFailingDatabaseIsForNowAndNothingIsHalfDone) {
  fault_at = "before_commit";
  auto change = world.message(shop, id, vera, "try");
  EXPECT_EQ(world.commit(change).outcome, Outcome::storage);
  EXPECT_EQ(world.page(shop, id).size(), 2u);
  fault_at = nullptr;
  const Committed done = world.commit(change);
  EXPECT_EQ(done.outcome, Outcome::ok);
  EXPECT_EQ(done.seq, 3) << "no hole";
}

TEST_F(GroupCommitTest, AnUnknownCommitIsLookedUpBeforeAnythingIsSaid) {
  fault_at = "after_commit";
  const auto change = world.message(shop, id, vera, "was it?");
  const Committed done = world.commit(change);
  EXPECT_EQ(done.outcome, Outcome::ok) << "it was";
  EXPECT_EQ(done.seq, 3);
  EXPECT_EQ(world.commit(world.change(shop, id, vera, conversations::Read{3})).outcome, Outcome::nothing);
  fault_at = nullptr;
  EXPECT_EQ(world.commit(change).outcome, Outcome::dup);
  EXPECT_EQ(world.say(shop, id, vera, "next").seq, 4);
}

TEST_F(GroupCommitTest, JobsRunBetweenBatches) {
  auto first = hold();
  std::thread job([&] { EXPECT_TRUE(world.ports().tenants().rename_tenant(shop.id, "renamed", contract::audit("x"))); });
  auto second = world.submit(world.message(shop, other, otto, "x"));
  gate.open();
  job.join();
  EXPECT_EQ(second.get().outcome, Outcome::ok);
  EXPECT_EQ(world.ports().tenants().find_tenant(shop.id).value()->name, "renamed");
}

TEST_F(GroupCommitTest, ClosingAnswersWhatIsQueued) {
  auto first = hold();
  std::vector<std::future<Committed>> all;
  for (int i = 0; i < 10; ++i) all.push_back(world.submit(world.message(shop, other, otto, "x")));
  std::thread opener([&] { gate.open(); });
  world.close();
  opener.join();
  EXPECT_EQ(first.get().outcome, Outcome::ok);
  for (auto& one : all) EXPECT_EQ(one.get().outcome, Outcome::ok);
}

}  // namespace
}  // namespace hotdesk::store
