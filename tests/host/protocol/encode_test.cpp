#include "protocol/encode.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace hotdesk::protocol {
namespace {

const Uuid a = *parse_uuid("01890000-0000-7000-8000-000000000001");
const Uuid b = *parse_uuid("01890000-0000-7000-8000-000000000002");

TEST(Encode, AnEntryHasItsFields) {
  const auto evt = nlohmann::json::parse(encode_evt({.feed = "q:x", .cur = 7, .prev = 6, .conv = a, .seq = 3, .kind = "text",
      .from = {"visitor", b, "访客 \"1\""}, .mid = b, .reply = a, .body = R"({"text":"x"})", .ts = 9}));
  EXPECT_EQ(evt["t"], "evt");
  EXPECT_EQ(evt["feed"], "q:x");
  EXPECT_EQ(evt["cur"], 7);
  EXPECT_EQ(evt["prev"], 6);
  EXPECT_EQ(evt["seq"], 3);
  EXPECT_EQ(evt["from"]["name"], "访客 \"1\"");
  EXPECT_EQ(evt["mid"], b.text());
  EXPECT_EQ(evt["body"]["text"], "x");
  EXPECT_FALSE(evt.contains("recalled"));
}

TEST(Encode, WhatDoesNotApplyIsLeftOut) {
  const auto evt = nlohmann::json::parse(encode_evt({.conv = a, .kind = "read", .from = {"agent", b, ""}, .body = ""}));
  for (const char* key : {"feed", "cur", "prev", "seq", "mid", "reply"}) EXPECT_FALSE(evt.contains(key)) << key;
  const auto ack = nlohmann::json::parse(encode_ack({.mid = a, .conv = b, .seq = 1, .ts = 2, .dup = true}));
  for (const char* key : {"re", "cur", "prev", "body"}) EXPECT_FALSE(ack.contains(key)) << key;
}

TEST(Encode, WelcomeTellsFeedsAndLimits) {
  WelcomeView view;
  view.sid = "s";
  view.rt = "r";
  view.epoch = "e";
  view.user = a;
  view.feeds = {{"u", {1, 2, true}}, {"q:1", {0, 0, false}}};
  view.conv = b;
  view.rate = 20;
  const auto welcome = nlohmann::json::parse(encode_welcome(view, Limits{}));
  EXPECT_EQ(welcome["feeds"]["u"]["head"], 2);
  EXPECT_EQ(welcome["feeds"]["u"]["resumed"], true);
  EXPECT_EQ(welcome["lim"]["window"], 16);
  EXPECT_EQ(welcome["hb"]["ms"], 25'000);
  EXPECT_EQ(welcome["conv"], b.text());
}

TEST(Encode, EveryFrameIsOneJsonObject) {
  for (const auto& text : {encode_page("1", {}, 0, false, 0), encode_err({.code = ErrorCode::conv_closed, .msg = "m", .next = a}),
                           encode_typing(a, true, "", {"agent", b, "n"}), encode_presence(a, b, "viewing"), encode_delta(a, b, "x", false), encode_ping(1),
                           encode_pong("x", 1, {{"u", 4}}, 5), encode_lag("", 4), encode_drain(0, 5000), encode_bye("w")})
    EXPECT_TRUE(nlohmann::json::parse(text).is_object()) << text;
}

}  // namespace
}  // namespace hotdesk::protocol
