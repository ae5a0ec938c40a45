// org.hotdesk.ai-bridge in the host's own plugin room, over the host's own HTTP, against a server that streams and misbehaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

#include "app/plugin_http.hpp"
#include "host/plugins/room.hpp"
#include "plugins/packages/package_view.hpp"

namespace hotdesk::plugins::test {
namespace {

const std::string bridge = "org.hotdesk.ai-bridge";

/// tests/plugins/ai_server.py, ended with the test.
class AiServer {
 public:
  AiServer() {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      execlp("python3", "python3", HOTDESK_AI_SERVER, nullptr);
      _exit(127);
    }
    close(ends[1]);
    FILE* said = fdopen(ends[0], "r");
    if (fscanf(said, "port %d", &port_) != 1) throw std::runtime_error("ai_server.py did not start");
    fclose(said);
  }
  ~AiServer() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
  }
  int port() const noexcept { return port_; }

 private:
  pid_t child_ = -1;
  int port_ = 0;
};

class OnePassage final : public KnowledgePort {
 public:
  void search(const CallContext&, std::string, std::uint32_t, std::function<void(hotdesk_result, std::vector<Passage>)> done) override {
    done(HOTDESK_OK, {Passage{uuid(77), "Hours", "We are open from 9 to 18.", 0.8}});
  }
};
class TwoMessages final : public MessagesPort {
 public:
  void read(const CallContext&, std::int64_t, std::uint32_t, std::function<void(hotdesk_result, std::vector<PastMessage>)> done) override {
    done(HOTDESK_OK, {PastMessage{0, 1, 1, "hello"}, PastMessage{2, 2, 2, "hi"}});
  }
};

class AiBridgeLive : public ::testing::Test {
 protected:
  AiBridgeLive() : room(HOTDESK_PLUGINS) {
    room.close();
    room.options.ports.http = &http;
    room.options.ports.knowledge = &knowledge;
    room.options.ports.messages = &messages;
    room.options.runner_program = HOTDESK_RUNNER_PROGRAM;
    room.open();
  }
  ~AiBridgeLive() override {
    room.close();
    http.stop();
  }
  /// Enabled, granted the server's address, asking it in `mode`.
  void begin(const std::string& mode, const std::string& more = "", const std::string& lane = "") {
    const std::string host = "127.0.0.1:" + std::to_string(server.port());
    GrantRow grant{bridge, std::nullopt, lane, {"http:" + host, "knowledge", "messages"}, "{}"};
    const auto granted = room.host->set_grant(std::nullopt, bridge, grant, admin);
    ASSERT_TRUE(granted) << granted.error().text;
    const auto config = room.host->set_config(tenant_a, bridge, R"({"base_url":"http://)" + host + mode + R"(/v1","model":"test")" + more + "}", admin);
    ASSERT_TRUE(config) << config.error().where << " " << config.error().text;
    ASSERT_TRUE(room.host->enable(std::nullopt, bridge, admin));
  }
  conversations::TurnResult ask(std::string text) {
    conversations::TurnRequest request;
    request.tenant = tenant_a;
    request.conversation = uuid(50);
    request.visitor = uuid(51);
    request.seq = 7;
    request.language = "en";
    request.text = std::move(text);
    auto result = std::make_shared<std::promise<conversations::TurnResult>>();
    room.host->responder().reply(
        std::move(request), [](std::string_view, std::string_view) {},
        [result](conversations::TurnResult&& one) { result->set_value(std::move(one)); });
    return result->get_future().get();
  }
  using Kind = conversations::TurnResult::Kind;

  AiServer server;
  OnePassage knowledge;
  TwoMessages messages;
  MemoryStore secrets;
  app::PluginHttp http{secrets};
  Room room;
};

TEST_F(AiBridgeLive, StaysSilentUntilItIsEnabled) {
  EXPECT_FALSE(room.host->responder().answers(tenant_a));
  begin("");
  EXPECT_TRUE(room.host->responder().answers(tenant_a));
}

TEST_F(AiBridgeLive, StreamsWithACitation) {
  begin("/cite");
  const auto result = ask("when are you open?");
  EXPECT_EQ(result.kind, Kind::answered) << result.reason;
  EXPECT_EQ(result.text, "Echo: when are you open? [1]");
  ASSERT_EQ(result.citations.size(), 1U);
  EXPECT_EQ(result.citations[0].article, uuid(77));
  EXPECT_DOUBLE_EQ(result.confidence, 0.8);
  EXPECT_EQ(result.component, bridge);
}

TEST_F(AiBridgeLive, ByteByByteAndAllAtOnce) {
  begin("/bytes");
  EXPECT_EQ(ask("x").text, "价格是 5 元 😀");
  ASSERT_NO_FATAL_FAILURE(begin("/plain"));
  EXPECT_EQ(ask("hello").text, "Echo: hello");
}

TEST_F(AiBridgeLive, TriesAgainByTheHostsTimer) {
  begin("/flaky");
  const auto result = ask("hello");
  EXPECT_EQ(result.kind, Kind::answered) << result.reason;
  EXPECT_EQ(result.text, "Echo: hello");
}

TEST_F(AiBridgeLive, TheSameInAProcessOfItsOwn) {
  begin("/cite", "", "runner");
  auto result = ask("when are you open?");
  EXPECT_EQ(result.kind, Kind::answered) << result.reason;
  EXPECT_EQ(result.text, "Echo: when are you open? [1]");
  EXPECT_EQ(result.citations.size(), 1U);
  ASSERT_NO_FATAL_FAILURE(begin("/flaky", "", "runner"));
  for (int i = 0; i < 2; ++i) {
    result = ask("hello");
    EXPECT_EQ(result.text, "Echo: hello") << result.reason;
  }
}

TEST_F(AiBridgeLive, CutOffIsAHandOver) {
  begin("/cut", R"(,"passages":0)");
  const auto result = ask("one two three four");
  EXPECT_EQ(result.kind, Kind::human);
  EXPECT_EQ(result.reason, "the AI service's answer broke off");
  EXPECT_THAT(result.text, ::testing::StartsWith("Echo: one"));
}

TEST_F(AiBridgeLive, RefusalsAndGarbageQuoteTheKnowledgeBase) {
  for (const auto* mode : {"/401", "/garbage"}) {
    ASSERT_NO_FATAL_FAILURE(begin(mode, R"(,"retries":0)"));
    const auto result = ask("when?");
    EXPECT_EQ(result.kind, Kind::answered) << mode;
    EXPECT_EQ(result.text, "We are open from 9 to 18. [1]") << mode;
  }
}

TEST_F(AiBridgeLive, TheModelAsksForAPerson) {
  begin("/human");
  const auto result = ask("my parcel is broken");
  EXPECT_EQ(result.kind, Kind::human);
  EXPECT_EQ(result.reason, "the AI handed over");
}

TEST_F(AiBridgeLive, WithoutTheGrantNothingLeaves) {
  begin("");
  ASSERT_TRUE(room.host->set_grant(std::nullopt, bridge, GrantRow{bridge, std::nullopt, "", {"knowledge", "messages"}, "{}"}, admin));
  EXPECT_EQ(ask("when?").text, "We are open from 9 to 18. [1]");
}

}  // namespace
}  // namespace hotdesk::plugins::test
