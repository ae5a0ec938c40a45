#include "host/delivery/session_fixture.hpp"

namespace hotdesk::delivery {
namespace {

TEST_F(SessionTest, TheFirstFrameIsHello) {
  Peer peer;
  peer.socket = std::make_unique<RecordingSocket>(loop_);
  Identity identity;
  identity.tenant = world_.tenant.id;
  identity.site = world_.site.id;
  identity.user = make_uuid(1);
  peer.session = std::make_shared<Session>(*delivery_, *services_, identity, loop_);
  peer.session->on_open(*peer.socket);
  say(peer, {{"t", "ping"}, {"n", 1}});
  EXPECT_EQ(peer.socket->of("err").at(0)["code"], "E_BAD_FRAME");
  EXPECT_EQ(peer.socket->closed, protocol::close::protocol_error);
}

TEST_F(SessionTest, HelloIsSaidOnce) {
  auto v = visitor(make_uuid(1));
  say(v, {{"t", "hello"}, {"ver", 1}, {"dev", "d"}});
  EXPECT_EQ(v.socket->closed, protocol::close::protocol_error);
}

TEST_F(SessionTest, AnotherVersionIsTold) {
  Identity identity;
  identity.tenant = world_.tenant.id;
  identity.site = world_.site.id;
  identity.user = make_uuid(1);
  Peer peer;
  peer.socket = std::make_unique<RecordingSocket>(loop_);
  peer.session = std::make_shared<Session>(*delivery_, *services_, identity, loop_);
  peer.session->on_open(*peer.socket);
  say(peer, {{"t", "hello"}, {"ver", 2}, {"dev", "d"}});
  EXPECT_EQ(peer.socket->of("err").at(0)["code"], "E_VERSION");
  EXPECT_EQ(peer.socket->closed, protocol::close::version);
}

TEST_F(SessionTest, UnknownTypesAreAnsweredAndTheSocketStays) {
  auto v = visitor(make_uuid(1));
  say(v, {{"t", "dance"}, {"id", "7"}});
  EXPECT_EQ(v.socket->of("err").at(0)["code"], "E_UNKNOWN_TYPE");
  EXPECT_EQ(v.socket->of("err").at(0)["re"], "7");
  EXPECT_FALSE(v.socket->closed);
}

TEST_F(SessionTest, ABinaryFrameEndsIt) {
  auto v = visitor(make_uuid(1));
  v.session->on_binary();
  EXPECT_EQ(v.socket->closed, protocol::close::protocol_error);
}

TEST_F(SessionTest, FramesBeforeWelcomeAreKept) {
  const Uuid id = make_uuid(1);
  auto first = visitor(id);
  const Uuid conv = first.conversation();
  Peer peer;
  peer.socket = std::make_unique<RecordingSocket>(loop_);
  peer.session = std::make_shared<Session>(*delivery_, *services_, first.session->identity(), loop_);
  peer.session->on_open(*peer.socket);
  peer.session->on_text(R"({"t":"hello","ver":1,"dev":"other"})");
  peer.session->on_text(pub(conv, "early").dump());
  settle();
  EXPECT_EQ(peer.socket->of("ack").size(), 1U);
}

TEST_F(SessionTest, ANewerSocketOfTheDeviceTakesOver) {
  const Uuid id = make_uuid(1);
  auto first = visitor(id, "same");
  auto other = visitor(id, "another");
  auto second = visitor(id, "same");
  EXPECT_EQ(first.socket->closed, protocol::close::superseded);
  EXPECT_FALSE(other.socket->closed);
  EXPECT_FALSE(second.socket->closed);
}

TEST_F(SessionTest, AResumeTokenIsItsDevicesAndGenerations) {
  Identity identity;
  identity.tenant = world_.tenant.id;
  identity.site = world_.site.id;
  identity.user = world_.agents[0].id;
  identity.role = tenants::Role::agent;
  identity.by_resume = true;
  identity.dev = "mine";
  EXPECT_EQ(connect(identity, "other").socket->closed, protocol::close::expired);
  EXPECT_FALSE(connect(identity, "mine").socket->closed);
  identity.gen = 5;
  EXPECT_EQ(connect(identity, "mine").socket->closed, protocol::close::expired);
}

TEST_F(SessionTest, ABannedUserIsClosed) {
  auto user = world_.agents[0];
  user.active = false;
  store_->users().update_user(user, {clock_.now_ms(), {}, "test", "user.update", "x", "", ""}).value();
  EXPECT_EQ(agent(0).socket->closed, protocol::close::banned);
}

TEST_F(SessionTest, SilenceIsPingedThenClosed) {
  auto v = visitor(make_uuid(1));
  clock_.advance(limits_.heartbeat_ms * 6 / 5 + 1);
  delivery_->tick();
  settle();
  EXPECT_EQ(v.socket->of("ping").size(), 1U);
  clock_.advance(limits_.timeout_ms + limits_.heartbeat_ms);
  delivery_->tick();
  settle();
  EXPECT_EQ(v.socket->closed, protocol::close::no_pong);
}

TEST_F(SessionTest, ASocketThatSaysNothingEnds) {
  Identity identity;
  identity.tenant = world_.tenant.id;
  identity.user = make_uuid(1);
  Peer peer;
  peer.socket = std::make_unique<RecordingSocket>(loop_);
  peer.session = std::make_shared<Session>(*delivery_, *services_, identity, loop_);
  peer.session->on_open(*peer.socket);
  clock_.advance(limits_.hello_ms + 1);
  delivery_->tick();
  settle();
  EXPECT_EQ(peer.socket->closed, protocol::close::no_pong);
}

TEST_F(SessionTest, AClientThatAnswersStays) {
  auto v = visitor(make_uuid(1));
  for (int i = 0; i < 10; ++i) {
    clock_.advance(limits_.heartbeat_ms * 6 / 5 + 1);
    delivery_->tick();
    settle();
    say(v, {{"t", "pong"}, {"n", 1}});
  }
  EXPECT_FALSE(v.socket->closed);
}

TEST_F(SessionTest, PongTellsTheHeads) {
  auto v = visitor(make_uuid(1));
  say(v, pub(v.conversation(), "x"));
  say(v, {{"t", "ping"}, {"n", 4}, {"id", "p"}});
  const auto pong = v.socket->of("pong").at(0);
  EXPECT_EQ(pong["n"], 4);
  EXPECT_EQ(pong["heads"]["u"], v.socket->of("ack").at(0)["cur"]);
}

TEST_F(SessionTest, ALogInThatEndsClosesItsSockets) {
  auto a = agent(0);
  delivery_->close_user(world_.agents[0].id, protocol::close::expired, "signed out");
  settle();
  EXPECT_EQ(a.socket->closed, protocol::close::expired);
}

TEST_F(SessionTest, AClientThatIgnoresTheWindowIsNone) {
  auto v = visitor(make_uuid(1));
  for (int i = 0; i < 400 && !v.socket->closed; ++i) v.session->on_text(pub(v.conversation(), "x").dump());
  EXPECT_EQ(v.socket->closed, protocol::close::protocol_error);
}

}  // namespace
}  // namespace hotdesk::delivery
