#include "../room.hpp"
#include "hotdesk/plugin/filter.h"

namespace hotdesk::plugins::test {
namespace {

const std::string tricky_plugins = HOTDESK_TEST_PLUGINS "/tricky";
const std::string tricky = "test.tricky";

/// Services that answer when the test says so.
struct Ports final : HttpPort, MessagesPort {
  void send(const CallContext& context, const std::vector<std::string>& allowed, HttpRequest request, std::function<void(HttpPiece)> on_piece) override {
    const std::lock_guard lock(mutex);
    contexts.push_back(context);
    hosts = allowed;
    url = request.url;
    pieces.push_back(std::move(on_piece));
    asked.notify_all();
  }
  void read(const CallContext& context, std::int64_t, std::uint32_t, std::function<void(hotdesk_result, std::vector<PastMessage>)> done) override {
    {
      const std::lock_guard lock(mutex);
      contexts.push_back(context);
    }
    done(HOTDESK_OK, {{HOTDESK_ROLE_VISITOR, 1, 5, "hi"}, {HOTDESK_ROLE_AGENT, 2, 6, "ho"}});
  }
  std::function<void(HttpPiece)> wait_for_request() {
    std::unique_lock lock(mutex);
    asked.wait(lock, [&] { return !pieces.empty(); });
    return pieces.back();
  }
  std::mutex mutex;
  std::condition_variable asked;
  std::vector<CallContext> contexts;
  std::vector<std::string> hosts;
  std::string url;
  std::vector<std::function<void(HttpPiece)>> pieces;
};

struct Served {
  Served() {
    room.close();
    room.options.ports.http = &ports;
    room.options.ports.messages = &ports;
    room.store.save_grant({tricky, std::nullopt, "", {"http:api.example.com", "messages", "http:evil.example.com:1"}, "{}"}, {}).value();
    room.open();
  }
  std::future<std::string> later(std::string text) {
    return std::async(std::launch::async, [this, text = std::move(text)] { return room.filter(tenant_a, text, uuid(70), uuid(71)); });
  }
  Ports ports;
  Room room{tricky_plugins};
};

TEST(Services, HttpAnswersPieceByPiece) {
  Served served;
  auto answer = served.later("http");
  const auto piece = served.ports.wait_for_request();
  EXPECT_EQ(served.ports.url, "https://api.example.com/");
  EXPECT_EQ(served.ports.hosts, (std::vector<std::string>{"api.example.com", "evil.example.com:1"}));
  EXPECT_EQ(served.ports.contexts.at(0).tenant, tenant_a);
  EXPECT_EQ(served.ports.contexts.at(0).conversation, uuid(70));
  piece({HOTDESK_PENDING, 200, "a"});
  piece({HOTDESK_PENDING, 200, "b"});
  piece({HOTDESK_OK, 200, "c"});
  piece({HOTDESK_OK, 500, "too late"});
  EXPECT_EQ(answer.get(), "http 0 200");
}

TEST(Services, ACallThatEndsFirstTellsItsRequestsAndTheyHoldTheImageSoLong) {
  Served served;
  auto answer = served.later("http");
  const auto piece = served.ports.wait_for_request();
  EXPECT_EQ(answer.get(), "(pass)") << "nothing came in 200 ms";
  served.room.host->settle();
  EXPECT_EQ(served.room.filter(tenant_a, "last?"), "-8") << "on_piece was told E_GONE and could not complete";
  piece({HOTDESK_OK, 200, "late"});  // nobody hears of it
  ASSERT_TRUE(served.room.host->activate(std::nullopt, tricky, "2.0.0", admin));
  served.room.host->settle();
  EXPECT_EQ(served.room.host->totals().live, 1U);
}

TEST(Services, ReadsOnlyTheCallsConversation) {
  Served served;
  EXPECT_EQ(served.later("messages").get(), "read 0 2");
  EXPECT_EQ(served.ports.contexts.at(0).conversation, uuid(70));
  EXPECT_EQ(served.room.filter(tenant_a, "messages"), "(pass)") << "a call without a conversation has nothing to read";
}

TEST(Services, WhatIsNotGrantedIsNotThere) {
  Room room(tricky_plugins);  // built in, with what the manifest asks for; no host of http is named, and there are no ports
  EXPECT_EQ(room.filter(tenant_a, "http"), "(pass)");
  EXPECT_EQ(room.filter(tenant_a, "messages", uuid(70)), "(pass)");
  EXPECT_EQ(room.version(tricky, "1.0.0").errors, 2U);
}

}  // namespace
}  // namespace hotdesk::plugins::test
