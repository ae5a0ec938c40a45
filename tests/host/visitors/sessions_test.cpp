#include "visitors/sessions.hpp"

#include <gtest/gtest.h>

namespace hotdesk::visitors {
namespace {
struct VisitorSessions : ::testing::Test {
  FakeClock clock;
  Uuid tenant = make_uuid(1);
  Visitor ann() const {
    Visitor visitor;
    visitor.id = make_uuid(clock.now_ms());
    visitor.tenant = tenant;
    visitor.name = "Ann";
    visitor.referrer = "https://search.example/";
    return visitor;
  }
};

TEST_F(VisitorSessions, LaterWordsAddAndDoNotErase) {
  Sessions sessions(clock);
  auto visitor = ann();
  sessions.remember(visitor);
  visitor.name.clear();
  visitor.email = "ann@example.com";
  visitor.referrer = "https://shop.example/step2";
  sessions.remember(visitor);
  const auto known = sessions.find(tenant, visitor.id);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->name, "Ann");
  EXPECT_EQ(known->email, "ann@example.com");
  EXPECT_EQ(known->referrer, "https://search.example/");
}

TEST_F(VisitorSessions, AnotherTenantSeesNothingAndChangesNothing) {
  Sessions sessions(clock);
  auto visitor = ann();
  sessions.remember(visitor);
  const Uuid other = make_uuid(2);
  EXPECT_FALSE(sessions.find(other, visitor.id));
  visitor.tenant = other;
  visitor.name = "Eve";
  sessions.remember(visitor);
  EXPECT_EQ(sessions.find(tenant, visitor.id)->name, "Ann");
}

TEST_F(VisitorSessions, PagesAreCoalescedBoundedAndTakenOnce) {
  Sessions sessions(clock);
  const auto visitor = ann();
  sessions.add_page(tenant, visitor.id, {"https://a/", "unknown visitor", "", 0});
  sessions.remember(visitor);
  EXPECT_TRUE(sessions.take_pages(tenant, visitor.id).empty());
  for (int i = 0; i < 30; ++i) sessions.add_page(tenant, visitor.id, {"https://a/" + std::to_string(i), "", "", i});
  sessions.add_page(tenant, visitor.id, {"https://a/29", "late title", "", 99});
  const auto pages = sessions.take_pages(tenant, visitor.id);
  ASSERT_EQ(pages.size(), 20u);
  EXPECT_EQ(pages.front().url, "https://a/10");
  EXPECT_EQ(pages.back().title, "late title");
  EXPECT_EQ(pages.back().at, 29);
  EXPECT_TRUE(sessions.take_pages(tenant, visitor.id).empty());
}

TEST_F(VisitorSessions, MemoryIsBoundedAndTheNewestStay) {
  SessionsLimits limits;
  limits.bytes = 100'000;
  Sessions sessions(clock, limits);
  Visitor last;
  for (int i = 0; i < 5'000; ++i) {
    last = ann();
    last.attributes = std::string(500, 'a');
    sessions.remember(last);
    for (int p = 0; p < 5; ++p) sessions.add_page(tenant, last.id, {std::string(500, 'u') + std::to_string(p), "", "", 0});
    EXPECT_LE(sessions.bytes(), limits.bytes);
  }
  EXPECT_GT(sessions.size(), 5u);
  EXPECT_TRUE(sessions.find(tenant, last.id));
}

TEST_F(VisitorSessions, TheUnusedAreForgotten) {
  Sessions sessions(clock);
  const auto visitor = ann();
  sessions.remember(visitor);
  clock.advance(24LL * 3'600'000);
  sessions.remember(ann());
  EXPECT_FALSE(sessions.find(tenant, visitor.id));
  EXPECT_EQ(sessions.size(), 1u);
}
}  // namespace
}  // namespace hotdesk::visitors
