#include "conversations/knowledge.hpp"

#include <gmock/gmock.h>

#include <chrono>

#include "base/text.hpp"

namespace hotdesk::conversations {
namespace {

Article make(std::string title, std::string text, bool enabled = true) {
  Article article;
  article.id = make_uuid(1);
  article.title = std::move(title);
  article.text = std::move(text);
  article.enabled = enabled;
  return article;
}

const std::vector<Article> shop = {
    make("Returns", "You may send things back within 30 days.\n\nRefunds are paid within a week."),
    make("Shipping", "We ship to all of Europe. Parcels take three days."),
    make("退货政策", "收到商品后三十天内可以无理由退货，退款会在一周内到账。"),
    make("配送时间", "国内订单三天内送达，偏远地区五天。"),
    make("Off", "Nobody may find the returns of this.", false),
};

TEST(KnowledgeIndex, FindsWordsAndCharacters) {
  const KnowledgeIndex index(shop);
  const auto refund = index.search("when is my refund paid? refunds!", 3);
  ASSERT_FALSE(refund.empty());
  EXPECT_EQ(refund[0].title, "Returns");
  EXPECT_NE(refund[0].text.find("Refunds"), std::string::npos);
  const auto chinese = index.search("我想退货，多久能退款？", 3);
  ASSERT_FALSE(chinese.empty());
  EXPECT_EQ(chinese[0].title, "退货政策");
  EXPECT_EQ(index.search("几天送达", 1).at(0).title, "配送时间");
  EXPECT_EQ(index.search("EUROPE", 1).at(0).title, "Shipping") << "without regard to case";
  EXPECT_EQ(index.search("returns", 1).at(0).title, "Returns") << "a word of the title alone";
}

TEST(KnowledgeIndex, FindsNothingWhereNothingIs) {
  const KnowledgeIndex index(shop);
  EXPECT_TRUE(index.search("zebra", 3).empty());
  EXPECT_TRUE(index.search("", 3).empty());
  EXPECT_TRUE(index.search("?!", 3).empty());
  EXPECT_TRUE(index.search("returns", 0).empty());
  EXPECT_TRUE(KnowledgeIndex({}).search("returns", 3).empty());
  for (const auto& hit : index.search("nobody may find returns", 10)) EXPECT_NE(hit.title, "Off");
}

TEST(KnowledgeIndex, ScoresTellHowMuchOfTheQuestionIsThere) {
  const KnowledgeIndex index(shop);
  const double good = index.search("parcels europe", 1).at(0).score;
  const double poor = index.search("parcels europe zebra quagga okapi", 1).at(0).score;
  EXPECT_GT(good, poor);
  EXPECT_GT(poor, 0);
  EXPECT_LE(good, 1);
}

TEST(ToPassages, KeepsParagraphsAndCutsLongOnes) {
  EXPECT_THAT(to_passages("one\n\ntwo"), ::testing::ElementsAre("one\n\ntwo"));
  EXPECT_THAT(to_passages("one\n\ntwo", 5), ::testing::ElementsAre("one", "two"));
  EXPECT_THAT(to_passages("  \n\n "), ::testing::IsEmpty());
  std::string text;
  for (int i = 0; i < 200; ++i) text += "这是一个句子。";
  for (const auto& passage : to_passages(text)) {
    EXPECT_LE(count_code_points(passage).value(), 800u);
    EXPECT_TRUE(passage.ends_with("。"));
  }
  std::string joined;
  for (const auto& passage : to_passages(text)) joined += passage;
  EXPECT_EQ(joined, text) << "nothing is lost";
  EXPECT_EQ(to_passages(std::string(2'000, 'x')).size(), 3u) << "also without a sentence's end";
}

TEST(KnowledgeIndex, TenThousandPassagesAreNothing) {
  std::vector<Article> many;
  for (int i = 0; i < 2'000; ++i) {
    std::string text;
    for (int p = 0; p < 5; ++p) {
      std::string paragraph;
      while (paragraph.size() < 1'000) paragraph += "word" + std::to_string((i * 7 + p * 3 + static_cast<int>(paragraph.size())) % 5'000) + " 退货政策说明 ";
      text += paragraph + "\n\n";
    }
    many.push_back(make("Article " + std::to_string(i), text));
  }
  const auto begin = std::chrono::steady_clock::now();
  const KnowledgeIndex index(many);
  const auto built = std::chrono::steady_clock::now();
  EXPECT_GE(index.passages(), 9'000u);
  EXPECT_EQ(index.search("word17 word24 退货政策", 5).size(), 5u);
  const auto searched = std::chrono::steady_clock::now();
  const auto ms = [](auto from, auto to) { return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count(); };
  RecordProperty("passages", static_cast<int>(index.passages()));
  RecordProperty("build_ms", static_cast<int>(ms(begin, built)));
  RecordProperty("search_ms", static_cast<int>(ms(built, searched)));
  std::printf("%zu passages: built in %lld ms, searched in %lld ms\n", index.passages(), static_cast<long long>(ms(begin, built)),
              static_cast<long long>(ms(built, searched)));
}

class Shelf final : public KnowledgeRepository {
 public:
  Result<> save_article(const Uuid&, const Article&, const tenants::AuditEntry&) override { return {}; }
  Result<> erase_article(const Uuid&, const Uuid&, const tenants::AuditEntry&) override { return {}; }
  Result<std::optional<Article>> find_article(const Uuid&, const Uuid&) override { return std::optional<Article>{}; }
  Result<ArticlePage> list_articles(const Uuid&, const std::string&, const std::string&, int) override { return ArticlePage{}; }
  Result<std::vector<Article>> load_articles(const Uuid&) override {
    ++loads;
    if (during_load) during_load();
    return articles;
  }
  std::vector<Article> articles = shop;
  std::function<void()> during_load;
  int loads = 0;
};

TEST(Knowledge, IsReadOnceAndAgainAfterAChange) {
  Shelf shelf;
  Knowledge knowledge(shelf);
  const Uuid tenant = make_uuid(1);
  EXPECT_FALSE(knowledge.search(tenant, "returns", 3).value().empty());
  EXPECT_FALSE(knowledge.search(tenant, "refunds", 3).value().empty());
  EXPECT_EQ(shelf.loads, 1);
  shelf.articles = {make("Zebras", "We sell them.")};
  EXPECT_TRUE(knowledge.search(tenant, "zebras", 3).value().empty());
  knowledge.changed(tenant);
  EXPECT_FALSE(knowledge.search(tenant, "zebras", 3).value().empty());
  EXPECT_EQ(shelf.loads, 2);
}

TEST(Knowledge, AWriteDuringTheReadIsNotForgotten) {
  Shelf shelf;
  Knowledge knowledge(shelf);
  const Uuid tenant = make_uuid(1);
  shelf.during_load = [&] { knowledge.changed(tenant); };
  knowledge.search(tenant, "returns", 3).value();
  shelf.during_load = nullptr;
  shelf.articles = {make("Zebras", "We sell them.")};
  EXPECT_FALSE(knowledge.search(tenant, "zebras", 3).value().empty());
}

TEST(Knowledge, KeepsTheTenantsThatSearchedLast) {
  Shelf shelf;
  Knowledge knowledge(shelf, 2);
  const Uuid a = make_uuid(1), b = make_uuid(2), c = make_uuid(3);
  for (const Uuid& tenant : {a, b, a, c, a}) knowledge.search(tenant, "returns", 1).value();
  EXPECT_EQ(shelf.loads, 3);
  knowledge.search(b, "returns", 1).value();
  EXPECT_EQ(shelf.loads, 4);
}

}  // namespace
}  // namespace hotdesk::conversations
