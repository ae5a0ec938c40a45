#include "api/idempotency.hpp"

#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;

struct Repeats : ApiTest {
  Reply create(const std::string& name, const std::string& key, const As& as) {
    return ask("POST", "/api/v1/sites", {{"name", name}}, as, {{"Idempotency-Key", key}});
  }
  std::size_t sites() { return get("/api/v1/sites", bearer(a_.admin)).body["data"].size(); }
};

TEST_F(Repeats, AreAnsweredAsTheFirstAndDoNothing) {
  const auto first = create("Toys", "key-1", bearer(a_.admin));
  const auto again = create("Toys", "key-1", bearer(a_.admin));
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.http.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(sites(), 2u);
  create("Toys", "", bearer(a_.admin));  // without a key it is another one
  EXPECT_EQ(sites(), 3u);
}

TEST_F(Repeats, AKeyBelongsToItsCallerRequestAndDay) {
  create("Toys", "key-1", bearer(a_.admin));
  const auto reused = create("Games", "key-1", bearer(a_.admin));
  EXPECT_EQ(reused.status, 422);
  EXPECT_EQ(reused.code(), "E_IDEMPOTENCY");
  EXPECT_EQ(create("Toys", "key-1", bearer(b_.admin)).body["site"].is_string(), true);
  EXPECT_EQ(get("/api/v1/sites", bearer(b_.admin)).body["data"].size(), 2u);
  clock_.advance(24LL * 3'600'000);
  const auto later = create("Toys", "key-1", bearer(a_.admin));
  EXPECT_EQ(later.status, 201);
  EXPECT_EQ(later.http.header("Idempotency-Replayed"), "");
  EXPECT_EQ(create("Toys", std::string(129, 'k'), bearer(a_.admin)).status, 400);
}

TEST_F(Repeats, ARefusalIsRepeatedToo) {
  EXPECT_EQ(create("", "key-2", bearer(a_.admin)).status, 400);
  EXPECT_EQ(create("", "key-2", bearer(a_.admin)).http.header("Idempotency-Replayed"), "true");
}

TEST(Idempotency, WhatIsUnderWayIsSaid) {
  FakeClock clock;
  Idempotency kept(clock);
  EXPECT_TRUE(std::holds_alternative<Idempotency::First>(kept.begin("a", "x")));
  EXPECT_TRUE(std::holds_alternative<Idempotency::UnderWay>(kept.begin("a", "x")));
  EXPECT_TRUE(std::holds_alternative<Idempotency::Reused>(kept.begin("a", "y")));
  kept.forget("a");
  EXPECT_TRUE(std::holds_alternative<Idempotency::First>(kept.begin("a", "x")));
  kept.finish("a", net::text_response(200, "done"));
  EXPECT_EQ(std::get<net::HttpResponse>(kept.begin("a", "x")).body, "done");
}

TEST(Idempotency, MemoryIsBounded) {
  FakeClock clock;
  IdempotencyLimits limits;
  limits.bytes = 100'000;
  Idempotency kept(clock, limits);
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "n" + std::to_string(i);
    kept.begin(name, "x");
    kept.finish(name, net::text_response(200, std::string(1000, 'b')));
  }
  EXPECT_TRUE(std::holds_alternative<net::HttpResponse>(kept.begin("n999", "x")));
  EXPECT_TRUE(std::holds_alternative<Idempotency::First>(kept.begin("n0", "x")));  // crowded out
}
}  // namespace
}  // namespace hotdesk::api
