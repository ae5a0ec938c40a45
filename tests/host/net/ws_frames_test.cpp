// Hand-made frames: what a client may and may not send (RFC 6455 §5).
#include <gtest/gtest.h>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

class WsFrames : public ::testing::Test {
 protected:
  WsFrames() : server(echo_hook(events)) {
    stream = upgraded(server);
    EXPECT_TRUE(stream);
    EXPECT_EQ(events->next(), "open");
  }
  void send(const std::string& bytes) { ASSERT_TRUE(stream->write(bytes, std::chrono::steady_clock::now() + patience)); }
  std::shared_ptr<Events> events = std::make_shared<Events>();
  TestServer server;
  std::unique_ptr<BlockingStream> stream;
};

TEST_F(WsFrames, FragmentsWithAPingBetween) {
  send(frame(0x01, "one ") + frame(0x00, "two ") + frame(0x89, "ping") + frame(0x80, "three"));
  const std::string all = read_until(*stream, "one two three");
  EXPECT_EQ(all.find("\x8A\x04ping"), 0U) << "the pong comes first";
  EXPECT_NE(all.find("\x81\x0Done two three"), std::string::npos);
}

TEST_F(WsFrames, ACharacterMayBeSplitBetweenFragments) {
  const std::string text = "客";
  send(frame(0x01, text.substr(0, 1)) + frame(0x80, text.substr(1)));
  EXPECT_NE(read_until(*stream, text).find(text), std::string::npos);
}

TEST_F(WsFrames, TheLimitIsPassedByOneByte) {
  send(frame(0x81, std::string(65536, 'a')));
  EXPECT_EQ(read_until(*stream, std::string(65536, 'a')).size(), 65536U + 10) << "at the limit it is echoed";
  send(frame(0x81, std::string(65537, 'a')));
  EXPECT_EQ(read_close(*stream), 4204);
  send(frame(0x88, "\x10\x6C"));
  EXPECT_EQ(events->next(), "closed:4204:clean");
}

TEST_F(WsFrames, TheLimitCountsAllFragments) {
  for (int i = 0; i < 9; ++i) {
    if (!stream->write(frame(i == 0 ? 0x01 : 0x00, std::string(8192, 'a')), std::chrono::steady_clock::now() + patience)) break;
  }
  EXPECT_EQ(read_close(*stream), 4204);
}

TEST_F(WsFrames, AnAnnouncedGigabyteIsRefusedWithoutHoldingIt) {
  const std::string head("\x81\xFF\0\0\0\0\x40\0\0\0", 10);
  send(head + std::string(4, '\0') + std::string(70'000, 'a'));
  EXPECT_EQ(read_close(*stream), 4204);
}

TEST_F(WsFrames, InvalidUtf8Closes1007) {
  send(frame(0x81, "a\xC3\x28"));
  EXPECT_EQ(read_close(*stream), 1007);
  EXPECT_EQ(events->next(), "closed:1007:cut");
}

TEST_F(WsFrames, AnUnmaskedFrameCloses1002) {
  send(std::string("\x81\x02hi", 4));
  EXPECT_EQ(read_close(*stream), 1002);
}

TEST_F(WsFrames, ReservedBitsAndOpcodesClose1002) {
  send(frame(0xC1, "x"));
  EXPECT_EQ(read_close(*stream), 1002);
}

TEST_F(WsFrames, BinaryReachesTheHandlerAsBinary) {
  send(frame(0x82, std::string("\0\xFF\x01", 3)));
  EXPECT_NE(read_until(*stream, std::string("\x82\x03\0\xFF\x01", 5)).size(), 0U);
}

TEST_F(WsFrames, ThePeersCloseIsAnsweredWithItsCode) {
  send(frame(0x88, "\x0F\xA1!"));
  EXPECT_EQ(read_close(*stream), 4001);
  EXPECT_EQ(events->next(), "closed:4001:clean");
}

TEST_F(WsFrames, ACloseWithoutCodeIs1005) {
  send(frame(0x88, ""));
  EXPECT_EQ(events->next(), "closed:1005:clean");
}

TEST_F(WsFrames, HalfAFrameThenGone) {
  send(frame(0x81, std::string(100, 'h')).substr(0, 50));
  stream.reset();
  EXPECT_EQ(events->next(), "closed:1006:cut");
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().connections_now == 0; }));
}

TEST_F(WsFrames, ManyPingsAreAllAnswered) {
  std::string pings;
  for (int i = 0; i < 500; ++i) pings += frame(0x89, std::to_string(1000 + i));
  send(pings + frame(0x81, "done"));
  const std::string all = read_until(*stream, "done");
  EXPECT_NE(all.find("\x8A\x04" "1499"), std::string::npos);
}

}  // namespace
}  // namespace hotdesk::net::test
