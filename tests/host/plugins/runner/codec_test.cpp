// Frames as fields: what goes in comes out, an older or newer peer is understood, and a hostile one gets nowhere.
#include "plugins/runner/codec.hpp"

#include <gtest/gtest.h>

#include <random>

#include "hotdesk/plugin/plugin.h"

namespace hotdesk::plugins::runner {
namespace {

Uuid uuid(std::uint8_t n) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[15] = n;
  return Uuid(bytes);
}
std::string payload_of(Writer&& out) { return std::move(out).take().substr(header_bytes); }

std::vector<Ask> asks() {
  FilterAsk filter{1, 1, 2, 1, uuid(1), uuid(2), "文字", "zh", "ab", "image/png", 77};
  RouteAsk route;
  route.conversation = uuid(3);
  route.last_agent = uuid(4);
  route.priority = -2;
  route.waiting_since = 1'700'000'000'000;
  route.labels = {"vip", ""};
  route.available = {{uuid(5), "Ann", "ann", 1, 8, 17, {uuid(6), uuid(7)}}, {uuid(8), "Bo", "bo", 0, 1, 0, {}}};
  route.attributes = {{"plan", "gold"}};
  route.departments = {{uuid(6), "Sales"}};
  TurnAsk turn{uuid(9), uuid(10), 42, "hello", "en"};
  GrayAsk gray{"org.example.x", "1.0.0", "2.0.0", 100, uuid(11), {{"vip", "1"}}, 5};
  EventAsk event{3, uuid(12), uuid(13), uuid(14), 99, 5};
  return {filter, route, turn, gray, event};
}

std::string bytes_of(const Ask& ask) {
  Writer out(FrameType::ask);
  write_ask(out, ask);
  return payload_of(std::move(out));
}

TEST(RunnerCodec, AsksComeBackAsTheyWere) {
  for (const auto& ask : asks()) {
    const auto bytes = bytes_of(ask);
    Reader in(bytes);
    const auto back = read_ask(in);
    ASSERT_TRUE(back) << ask.index();
    EXPECT_EQ(bytes_of(*back), bytes);
  }
  const auto route = asks()[1];
  const auto bytes = bytes_of(route);
  Reader in(bytes);
  const auto back = std::get<RouteAsk>(read_ask(in).value());
  EXPECT_EQ(back.available.at(0).departments.at(1), uuid(7));
  EXPECT_EQ(back.attributes.at(0).second, "gold");
  EXPECT_EQ(back.priority, -2);
}

TEST(RunnerCodec, OutcomesComeBackAsTheyWere) {
  const auto all = asks();
  const auto round = [&](std::size_t method, const Outcome& outcome) {
    Writer out(FrameType::answer);
    write_outcome(out, static_cast<Method>(method), outcome);
    const auto bytes = payload_of(std::move(out));
    Reader in(bytes);
    return read_outcome(in, all.at(method));
  };
  const auto filter = round(0, {HOTDESK_OK, FilterReply{1, "***", "a word"}, {}, {}});
  EXPECT_EQ(filter.code, HOTDESK_OK);
  EXPECT_EQ(std::get<FilterReply>(filter.reply).text, "***");
  const auto route = round(1, {HOTDESK_OK, RouteReply{HOTDESK_ROUTE_AGENT, uuid(8), {}, "least busy", 0}, {}, {}});
  EXPECT_EQ(std::get<RouteReply>(route.reply).agent, uuid(8));
  const auto turn = round(2, {HOTDESK_OK, TurnReply{0, {}, "", 0.5, {{uuid(1), "T", "https://x"}}}, {}, {}});
  EXPECT_EQ(std::get<TurnReply>(turn.reply).citations.at(0).title, "T");
  EXPECT_EQ(std::get<GrayReply>(round(3, {HOTDESK_OK, GrayReply{123}, {}, {}}).reply).bucket, 123U);
  const auto failed = round(0, {HOTDESK_E_TIMEOUT, {}, "words/3", "too slow"});
  EXPECT_EQ(failed.code, HOTDESK_E_TIMEOUT);
  EXPECT_EQ(failed.failed_path, "words/3");
}

TEST(RunnerCodec, AnswersThatNameWhatWasNotOfferedAreInvalid) {
  const auto all = asks();
  const auto read = [&](std::size_t method, Writer&& out) {
    const auto bytes = payload_of(std::move(out));
    Reader in(bytes);
    return read_outcome(in, all.at(method));
  };
  const auto start = [] { return std::move(Writer(FrameType::answer).i32(HOTDESK_OK).text("").text("")); };
  EXPECT_EQ(read(1, std::move(start().i32(HOTDESK_ROUTE_AGENT).uuid(uuid(99)))).code, HOTDESK_E_INVALID);
  EXPECT_EQ(read(1, std::move(start().i32(HOTDESK_ROUTE_DEPARTMENT).uuid({}).uuid(uuid(99)))).code, HOTDESK_E_INVALID);
  EXPECT_EQ(read(1, std::move(start().i32(77))).code, HOTDESK_SKIP);
  EXPECT_EQ(read(3, std::move(start().u32(10'000))).code, HOTDESK_E_INVALID);
  EXPECT_EQ(read(0, std::move(start().i32(1).text("\xC3\x28"))).code, HOTDESK_E_INTERNAL) << "broken UTF-8";
  EXPECT_EQ(read(0, std::move(start().i32(1).text(std::string(65537, 'x')))).code, HOTDESK_E_INTERNAL) << "over the bound";
  EXPECT_EQ(read(0, std::move(Writer(FrameType::answer).i32(HOTDESK_PENDING))).code, HOTDESK_E_INTERNAL) << "pending is no end";
  EXPECT_EQ(read(0, std::move(Writer(FrameType::answer).i32(-1000))).code, HOTDESK_E_INTERNAL);
}

TEST(RunnerCodec, FieldsThatAnOlderPeerDoesNotSendAreEmptyAndANewersTailIsIgnored) {
  const auto whole = bytes_of(asks()[0]);
  Reader longer(whole);
  std::string more = whole + "a later field";
  Reader in(more);
  const auto read = read_ask(in);
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<FilterAsk>(*read).file_bytes, 77U);
  const auto shorter = whole.substr(0, whole.size() - 8);
  Reader old(shorter);
  const auto without = read_ask(old);
  ASSERT_TRUE(without);
  EXPECT_EQ(std::get<FilterAsk>(*without).file_bytes, 0U);
  const auto cut = whole.substr(0, whole.size() - 3);
  Reader broken(cut);
  EXPECT_FALSE(read_ask(broken)) << "a field cut in its middle is not an older peer's";
}

TEST(RunnerCodec, AnyBytesAreReadWithoutHarm) {
  std::mt19937 random(1);
  const auto all = asks();
  for (int round = 0; round < 20'000; ++round) {
    const auto& ask = all[static_cast<std::size_t>(round) % all.size()];
    std::string bytes = bytes_of(ask);
    for (int i = 0; i < 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % (bytes.size() + 1));
    Reader in(bytes);
    (void)read_ask(in);
    Reader other(bytes);
    const auto outcome = read_outcome(other, ask);
    EXPECT_NE(outcome.code, HOTDESK_PENDING);
  }
}

TEST(RunnerCodec, AHeaderOverTheBoundIsRefused) {
  std::string raw(header_bytes, '\0');
  EXPECT_TRUE(read_header(raw));
  const std::uint32_t huge = most_payload + 1;
  std::memcpy(raw.data(), &huge, sizeof huge);
  EXPECT_FALSE(read_header(raw));
  EXPECT_FALSE(read_header(raw.substr(1)));
}

}  // namespace
}  // namespace hotdesk::plugins::runner
