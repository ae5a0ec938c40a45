#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "contract/world.hpp"

namespace hotdesk::contract {
namespace {

using conversations::Article;

class Articles : public Contract {
 protected:
  TenantCase shop = world.make_tenant("shop");
  Article make(const std::string& title, const std::string& text) {
    Article article;
    article.id = make_uuid(world.now());
    article.title = title;
    article.text = text;
    article.url = "https://shop.example/help";
    article.language = "zh";
    article.updated_by = make_uuid(9);
    article.updated_by_name = "Ann";
    article.updated_at = world.now();
    return article;
  }
  conversations::KnowledgeRepository& store() { return world.ports().knowledge(); }
};
HOTDESK_CONTRACT(Articles);

TEST_P(Articles, AreKeptChangedAndErased) {
  Article article = make("退货", "三十天内可以退货。");
  ASSERT_TRUE(store().save_article(shop.id, article, audit("knowledge.create")));
  world.reopen();
  auto found = store().find_article(shop.id, article.id).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->title, "退货");
  EXPECT_EQ(found->text, "三十天内可以退货。");
  EXPECT_EQ(found->url, "https://shop.example/help");
  EXPECT_EQ(found->language, "zh");
  EXPECT_TRUE(found->enabled);
  EXPECT_EQ(found->updated_by, article.updated_by);
  EXPECT_EQ(found->updated_by_name, "Ann");
  EXPECT_EQ(found->updated_at, article.updated_at);
  article.enabled = false;
  article.text = "不可以退货。";
  ASSERT_TRUE(store().save_article(shop.id, article, audit("knowledge.update")));
  EXPECT_EQ(store().load_articles(shop.id).value().size(), 1u);
  EXPECT_FALSE(store().find_article(shop.id, article.id).value()->enabled);
  ASSERT_TRUE(store().erase_article(shop.id, article.id, audit("knowledge.delete")));
  EXPECT_EQ(store().erase_article(shop.id, article.id, audit("knowledge.delete")).error().code, Errc::not_found);
  EXPECT_FALSE(store().find_article(shop.id, article.id).value());
  EXPECT_EQ(world.ports().logs().list_audit(shop.id, "", 1).value().items.at(0).action, "knowledge.delete");
}

TEST_P(Articles, AreATenantsOwn) {
  const TenantCase other = world.make_tenant("other");
  const Article article = make("a", "b");
  ASSERT_TRUE(store().save_article(shop.id, article, audit("x")));
  EXPECT_FALSE(store().find_article(other.id, article.id).value());
  EXPECT_TRUE(store().load_articles(other.id).value().empty());
  EXPECT_EQ(store().erase_article(other.id, article.id, audit("x")).error().code, Errc::not_found);
  EXPECT_TRUE(store().find_article(shop.id, article.id).value());
}

TEST_P(Articles, AreListedNewestFirstPageByPage) {
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(store().save_article(shop.id, make("Title " + std::to_string(i), i % 2 == 0 ? "Even" : "Odd"), audit("x")));
  std::vector<std::string> titles;
  std::string cursor;
  do {
    const auto page = store().list_articles(shop.id, "", cursor, 3).value();
    for (const auto& item : page.items) titles.push_back(item.title);
    cursor = page.next;
  } while (!cursor.empty());
  EXPECT_THAT(titles, ::testing::ElementsAre("Title 6", "Title 5", "Title 4", "Title 3", "Title 2", "Title 1", "Title 0"));
  const auto even = store().list_articles(shop.id, "eVEN", "", 2).value();
  ASSERT_EQ(even.items.size(), 2u);
  EXPECT_EQ(even.items[0].title, "Title 6");
  const auto more = store().list_articles(shop.id, "eVEN", even.next, 5).value();
  ASSERT_EQ(more.items.size(), 2u);
  EXPECT_EQ(more.items[1].title, "Title 0");
  EXPECT_EQ(more.next, "");
  EXPECT_EQ(store().list_articles(shop.id, "", "nonsense", 5).error().code, Errc::invalid);
}

TEST_P(Articles, AndSecretsAreNotReadableOnTheDisk) {
  ASSERT_TRUE(store().save_article(shop.id, make("Flamingo", "Our flamingos are pink."), audit("x")));
  ASSERT_TRUE(world.ports().plugins().save_secret(shop.id, "ai", "key", "flamingo-secret", audit("x")));
  plugins::StateRow state;
  state.tenant = shop.id;
  state.component = "p";
  state.version = "1.0.0";
  state.blob = "flamingo-state";
  ASSERT_TRUE(world.ports().plugins().save_state(state));
  world.close();
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find("lamingo"), std::string::npos) << file.path();
  }
}

}  // namespace
}  // namespace hotdesk::contract
