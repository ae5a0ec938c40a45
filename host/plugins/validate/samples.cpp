#include "plugins/validate/samples.hpp"

#include <array>

#include "hotdesk/plugin/plugin.h"

namespace hotdesk::plugins::validate {
namespace {

constexpr std::int64_t now = 1'790'000'000'000;

const std::array<const char*, 16> texts{
    "",
    "Hello, is anybody there?",
    "你好，我想退货",
    "My number is 138 0013 8000, my mail is ann@example.com",
    "https://example.com/a?b=c#d",
    "a secret",
    "!@#$%^&*()_+-=[]{}|;':\",./<>?",
    "👩‍👩‍👧‍👦 café ｆｕｌｌ ｗｉｄｔｈ",
    "line one\nline two\r\n\tline three",
    "4111 1111 1111 1111 and 11010519491231002X",
    "مرحبا، هل يمكنك مساعدتي؟",
    "\u200B\u200Bz\u200Be\u200Br\u200Bo\u200B",
    "I want to talk to a person",
    "<script>alert(1)</script>",
    "%s%n%x ${jndi:ldap://x} '; DROP TABLE users; --",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
const std::array<const char*, 4> languages{"", "en", "zh-CN", "ar"};

Uuid id_of(std::uint64_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = 1;
  for (int i = 0; i < 8; ++i) bytes[static_cast<std::size_t>(8 + i)] = static_cast<std::uint8_t>(number >> (8 * i));
  return Uuid(bytes);
}

FilterAsk filter(std::size_t i, Random& random) {
  FilterAsk ask;
  ask.role = static_cast<std::int32_t>(i % 5);
  ask.direction = ask.role == HOTDESK_ROLE_VISITOR ? HOTDESK_INBOUND : HOTDESK_OUTBOUND;
  ask.kind = i % 7 == 6 ? static_cast<std::int32_t>(random() % 4) : HOTDESK_KIND_TEXT;
  ask.flags = i % 11 == 10 ? HOTDESK_MESSAGE_DRAFT : 0;
  ask.conversation = id_of(random() % 50);
  ask.visitor = id_of(1000 + random() % 50);
  ask.text = texts[i % texts.size()];
  ask.language = languages[random() % languages.size()];
  if (ask.kind == HOTDESK_KIND_FILE) {
    ask.file_hash = std::string(64, 'a');
    ask.file_type = "image/png";
    ask.file_bytes = random() % 10'000'000;
  }
  return ask;
}

RouteAsk route(std::size_t i, Random& random) {
  RouteAsk ask;
  ask.conversation = id_of(random() % 50);
  ask.visitor = id_of(1000 + random() % 50);
  ask.now = now;
  ask.waiting_since = now - static_cast<std::int64_t>(random() % 600'000);
  ask.priority = static_cast<std::int32_t>(random() % 3);
  ask.channel = "widget";
  ask.language = languages[random() % languages.size()];
  for (std::uint64_t d = 0; d < i % 4; ++d) ask.departments.push_back({id_of(3000 + d), "Department " + std::to_string(d)});
  if (!ask.departments.empty()) ask.department = ask.departments.front().id;
  const std::size_t agents = i % 9 == 8 ? 200 : i % 6;
  for (std::uint64_t a = 0; a < agents; ++a) {
    RouteAsk::Agent agent;
    agent.id = id_of(2000 + a);
    agent.name = "Agent " + std::to_string(a);
    agent.username = "agent" + std::to_string(a);
    agent.capacity = 5;
    agent.open = static_cast<std::uint32_t>(random() % 5);
    agent.last_assigned_at = random() % 2 == 0 ? 0 : now - 1000;
    if (!ask.departments.empty()) agent.departments.push_back(ask.departments.front().id);
    ask.available.push_back(std::move(agent));
  }
  if (agents != 0 && i % 3 == 0) ask.last_agent = ask.available.front().id;
  if (i % 2 == 0) ask.labels = {"vip", "refund"};
  ask.attributes = {{"vip", "true"}, {"plan", "gold"}};
  return ask;
}

TurnAsk turn(std::size_t i, Random& random) {
  return {id_of(random() % 50), id_of(1000 + random() % 50), static_cast<std::int64_t>(i + 1), texts[i % texts.size()],
          languages[random() % languages.size()]};
}

GrayAsk gray(std::size_t i, Random& random) {
  return {"org.example.component", "1.0.0", "1.1.0", static_cast<std::uint32_t>(i * 1000 % 10001), id_of(1000 + random() % 5000),
          {{"language", languages[random() % languages.size()]}, {"vip", "true"}}, now};
}

EventAsk event(std::size_t i, Random& random) {
  return {static_cast<std::int32_t>(i % 5), id_of(random() % 50), id_of(1000 + random() % 50), id_of(2000), now,
          i % 5 == HOTDESK_EVENT_RATED ? 5 : 0};  // 4 is a type that this plugin has never heard of
}

}  // namespace

std::vector<Ask> usual(Method method, std::size_t count, Random& random) {
  std::vector<Ask> asks;
  for (std::size_t i = 0; i < count; ++i) {
    switch (method) {
      case Method::inspect: asks.emplace_back(filter(i, random)); break;
      case Method::route: asks.emplace_back(route(i, random)); break;
      case Method::reply: asks.emplace_back(turn(i, random)); break;
      case Method::assign: asks.emplace_back(gray(i, random)); break;
      case Method::on_event: asks.emplace_back(event(i, random)); break;
    }
  }
  return asks;
}

Ask with_text(Method method, const std::string& text) {
  Random random(seed);
  Ask ask = usual(method, 5, random).back();  // with agents and departments, if it is a router's
  if (auto* message = std::get_if<FilterAsk>(&ask)) message->text = message->language = text;
  if (auto* request = std::get_if<RouteAsk>(&ask)) {
    request->language = request->channel = text;
    request->labels = {text};
    request->attributes = {{text, text}};
    for (auto& agent : request->available) agent.name = text;
  }
  if (auto* asked = std::get_if<TurnAsk>(&ask)) asked->text = asked->language = text;
  if (auto* request = std::get_if<GrayAsk>(&ask)) request->attributes = {{text, text}};
  return ask;
}

const std::vector<std::string>& broken_texts() {
  static const std::vector<std::string> all{
      "\x80", "\xBF\xBF", "\xC0\xAF", "\xC3", "\xE4\xBD", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
      "\xFF\xFE", "hello\xC3", std::string("zero\0inside", 11), std::string(1, '\0'), "\xEF\xBB\xBF" "bom", "a secret\xE4", "\xF0\x80\x80\xAFsecret",
      std::string(4096, '\xF0'), "\xE2\x80\xAE" "rtl", std::string(1000, '\xCC') + "x"};
  return all;
}

}  // namespace hotdesk::plugins::validate
