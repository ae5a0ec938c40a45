#include "app/plugin_ports.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <future>
#include <nlohmann/json.hpp>

#include "app/pool.hpp"
#include "hotdesk/plugin/filter.h"
#include "store/store.hpp"
#include "support/world.hpp"
#include "crypto/keys.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::app {
namespace {

using conversations::Actor;
using ::testing::ElementsAre;
using ::testing::Pair;

/// Passes, refuses or rewrites everything, and remembers whose words it saw.
class OneFilter final : public delivery::Filter {
 public:
  std::optional<delivery::FilterVerdict> inspect(const delivery::FilterInput& input, std::function<void(delivery::FilterVerdict)>) override {
    const std::lock_guard lock(mutex);
    origins.emplace_back(input.origin);
    return verdict;
  }
  std::mutex mutex;
  delivery::FilterVerdict verdict;
  std::vector<std::string> origins;
};

/// The store's commit as a timeline; tells when so many changes are through.
class Line final : public conversations::Timeline {
 public:
  explicit Line(delivery::Commit& commit) : commit_(commit) {}
  void commit(conversations::Change change, Done done) override {
    commit_.submit(std::move(change), [this, done = std::move(done)](const conversations::Change&, conversations::Committed&& committed) {
      done(std::move(committed));
      const std::lock_guard lock(mutex_);
      ++through_;
      changed_.notify_all();
    });
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return through_ >= count; })) << through_ << " of " << count;
  }

 private:
  delivery::Commit& commit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int through_ = 0;
};

class PluginPortsTest : public ::testing::Test {
 protected:
  /// Shared: the other thread may still be inside set_value when this one goes on.
  template <class T>
  static std::shared_ptr<std::promise<T>> promise() {
    return std::make_shared<std::promise<T>>();
  }
  PluginPortsTest() {
    const std::string id_key = crypto::derive_key(world_.master_key, crypto::Label::conversation_id);
    store::Options options;
    options.data_dir = folder_.path() / "data";
    options.master_key = world_.master_key;
    options.conversation_ids = [id_key](const Uuid& tenant, const Uuid& visitor, std::int64_t finished) {
      return tenants::derive_conversation_id(id_key, tenant, visitor, finished);
    };
    store_ = std::move(store::Store::open(std::move(options)).value());
    knowledge_.emplace(store_->knowledge());
    ports_.emplace(PluginPorts::Parts{store_->plugins(), *knowledge_, store_->conversations(), store_->log(), store_->visitors(), pool_, clock_});
    line_.emplace(store_->commit());
    ports_->connect(*line_, filter_);
    conversation_ = tenants::derive_conversation_id(id_key, world_.tenant.id, visitor_.id, 0);
    context_.tenant = world_.tenant.id;
    context_.plugin = "test.poster";
    context_.conversation = conversation_;
    context_.visitor = visitor_.id;
    say(visitor_, "text", "hello");
    context_.seq = 2;
  }
  ~PluginPortsTest() override {
    pool_.join();
    ports_->stop();
    store_.reset();
  }

  void say(const Actor& who, const std::string& kind, const std::string& text) {
    conversations::Message message;
    message.mid = make_uuid(clock_.now_ms());
    message.kind = kind;
    message.body = nlohmann::json{{"text", text}}.dump();
    message.mac = "0123456789abcdef";
    if (who.role == tenants::Role::visitor) {
      visitors::Visitor opening;
      opening.id = who.id;
      opening.tenant = world_.tenant.id;
      opening.site = world_.site.id;
      opening.language = "de";
      opening.attributes = R"({"tier":"gold","language":"forged","n":5})";
      opening.device = R"({"kind":"phone"})";
      message.opening = opening;
    }
    commit(who, std::move(message));
  }
  void commit(const Actor& who, conversations::What what) {
    conversations::Change change{world_.tenant.id, conversation_, who, clock_.now_ms(), {}, std::move(what)};
    const auto outcome = promise<conversations::Outcome>();
    line_->commit(std::move(change), [outcome](conversations::Committed&& done) { outcome->set_value(done.outcome); });
    ASSERT_EQ(outcome->get_future().get(), conversations::Outcome::ok);
  }
  std::vector<conversations::Entry> entries(bool staff = true) {
    return store_->log().read_conversation(world_.tenant.id, conversation_, std::nullopt, 0, 100, staff).value().items;
  }
  std::vector<std::string> texts(std::int64_t before = 0, std::uint32_t limit = 50) {
    const auto told = promise<std::vector<plugins::PastMessage>>();
    ports_->read(context_, before, limit, [told](hotdesk_result code, std::vector<plugins::PastMessage> items) {
      EXPECT_EQ(code, HOTDESK_OK);
      told->set_value(std::move(items));
    });
    std::vector<std::string> out;
    for (const auto& item : told->get_future().get()) out.push_back(item.text);
    return out;
  }

  support::TemporaryFolder folder_;
  support::World world_ = support::make_world(folder_.path(), 1, 1);
  FakeClock clock_{SystemClock{}.now_ms()};
  Pool pool_{2};
  OneFilter filter_;
  std::unique_ptr<store::Store> store_;
  std::optional<conversations::Knowledge> knowledge_;
  std::optional<PluginPorts> ports_;
  std::optional<Line> line_;
  const Actor visitor_{tenants::Role::visitor, make_uuid(1), "Vic"};
  Uuid conversation_;
  plugins::CallContext context_;
};

TEST_F(PluginPortsTest, MessagesAreReadOldestFirstWithoutNotesAndTimeline) {
  conversations::Assigned assigned;
  assigned.assignee = world_.agents[0].id;
  const Actor agent{tenants::Role::agent, world_.agents[0].id, "Ann"};
  commit(agent, assigned);
  say(agent, "note", "rude");
  say(agent, "text", "hi");
  say(visitor_, "text", "bye");
  EXPECT_THAT(texts(), ElementsAre("hello", "hi", "bye"));
  EXPECT_THAT(texts(0, 2), ElementsAre("hi", "bye")) << "the newest";
  EXPECT_THAT(texts(6), ElementsAre("hello", "hi"));
  EXPECT_THAT(texts(2), ::testing::IsEmpty());
}

TEST_F(PluginPortsTest, APostIsStoredOnceAsThePlugin) {
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_TEXT, "Did you know?", 0), HOTDESK_OK);
  line_->wait_for(2);
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_TEXT, "Did you really know?", 0), HOTDESK_OK) << "the same post after a crash";
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_NOTE, "for staff", 1), HOTDESK_OK);
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_CARD, R"({"text":"card"})", 2), HOTDESK_OK);
  line_->wait_for(5);
  std::vector<std::pair<std::string, std::string>> posted;
  for (const auto& entry : entries())
    if (entry.from.role == tenants::Role::plugin) {
      EXPECT_EQ(entry.from.name, "test.poster");
      posted.emplace_back(entry.kind, nlohmann::json::parse(entry.body).at("text"));
    }
  EXPECT_THAT(posted, ::testing::UnorderedElementsAre(Pair("text", "Did you know?"), Pair("note", "for staff"), Pair("card", "card")));
  EXPECT_THAT(filter_.origins, ElementsAre("test.poster", "test.poster", "test.poster")) << "the author's own filter can be left out";
  for (const auto& entry : entries(false)) EXPECT_NE(entry.kind, "note");
}

TEST_F(PluginPortsTest, WhatTheFiltersRefuseIsNotSent) {
  filter_.verdict.kind = delivery::FilterVerdict::Kind::refuse;
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_TEXT, "4111", 0), HOTDESK_OK);
  pool_.join();
  EXPECT_EQ(entries().size(), 2u);
}

TEST_F(PluginPortsTest, TenAMinuteAreEnough) {
  for (std::uint32_t n = 0; n < 10; ++n) EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_TEXT, "x", n), HOTDESK_OK);
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_TEXT, "x", 10), HOTDESK_E_BUDGET);
  clock_.advance(60'001);
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_TEXT, "x", 10), HOTDESK_OK);
  EXPECT_EQ(ports_->message(context_, HOTDESK_KIND_CARD, "no JSON", 11), HOTDESK_E_INVALID);
  line_->wait_for(12);
}

TEST_F(PluginPortsTest, AVisitorIsKnownByFactsAndTheSitesWords) {
  const auto told = promise<plugins::Attributes>();
  ports_->find(world_.tenant.id, visitor_.id, [told](plugins::Attributes facts) { told->set_value(std::move(facts)); });
  EXPECT_THAT(told->get_future().get(), ElementsAre(Pair("language", "de"), Pair("device.kind", "phone"), Pair("tier", "gold")));
  const auto nobody = promise<plugins::Attributes>();
  ports_->find(world_.tenant.id, make_uuid(77), [nobody](plugins::Attributes facts) { nobody->set_value(std::move(facts)); });
  EXPECT_TRUE(nobody->get_future().get().empty());
}

TEST_F(PluginPortsTest, KnowledgeIsTheTenantsOwn) {
  conversations::Article article;
  article.id = make_uuid(5);
  article.title = "Returns";
  article.text = "Within 30 days.";
  store_->knowledge().save_article(world_.tenant.id, article, {}).value();
  const auto told = promise<std::vector<plugins::Passage>>();
  ports_->search(context_, "returns?", 5, [told](hotdesk_result code, std::vector<plugins::Passage> passages) {
    EXPECT_EQ(code, HOTDESK_OK);
    told->set_value(std::move(passages));
  });
  const auto passages = told->get_future().get();
  ASSERT_EQ(passages.size(), 1u);
  EXPECT_EQ(passages[0].article, article.id);
  EXPECT_EQ(passages[0].text, "Within 30 days.");
}

}  // namespace
}  // namespace hotdesk::app
