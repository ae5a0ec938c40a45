// Gray, state, health and events through the tables.
#include <gtest/gtest.h>

#include "entry.hpp"

namespace hotdesk::sdk {
namespace {

class Many final : public Plugin, public Gray, public State, public Health, public Events, public Router {
 public:
  static constexpr std::uint32_t state_schema = 2;
  using Plugin::Plugin;
  std::optional<std::uint32_t> assign(const GrayRequest& request) override {
    if (request.component() == "skip") return std::nullopt;
    if (request.component() == "bad") throw Error(HOTDESK_E_INVALID, "no such component", "component");
    return request.attributes().find("vip") == "yes" ? 0U : request.percent();
  }
  std::string export_state(std::uint32_t schema) override {
    if (schema > 2) throw Error(HOTDESK_E_UNSUPPORTED, "too new");
    return schema == 1 ? state_.substr(0, 3) : state_;
  }
  void import_state(std::uint32_t schema, std::string_view state, bool dry_run) override {
    if (schema != 2) throw Error(HOTDESK_E_INVALID, "schema 2 alone");
    if (!dry_run) state_ = state;
  }
  void check(std::int32_t level) override {
    if (level == HOTDESK_HEALTH_DEEP) throw Error(HOTDESK_E_STATE, "not deep");
  }
  void on_event(const Event& event) override {
    if (event.type() > HOTDESK_EVENT_RATED) throw 42;
    host().count("score", event.score());
  }
  Route route(const RouteRequest& request) override {
    if (request.departments() == 0) return to_bot("channel " + std::string(request.channel()));
    return to_department(request.find_department("Sales")->id, username(request.agent(0)).empty() ? "old" : "new");
  }

 private:
  std::string state_ = "a state of some length";
};

TEST(Mixins, GrayAssignsSkipsAndFails) {
  FakeHost host;
  FakePlugin plugin(&query<Many>, host);
  hotdesk_gray_request request{};
  request.component = to_text("host");
  request.percent = 700;
  EXPECT_EQ(plugin.assign(request), 700U);
  EXPECT_EQ(plugin.assign(request, {{"plan", "x"}, {"vip", "yes"}}), 0U);
  request.component = to_text("skip");
  EXPECT_EQ(plugin.assign(request), std::nullopt);
  request.component = to_text("bad");
  EXPECT_THROW(plugin.assign(request), std::runtime_error);
}

TEST(Mixins, StateGoesOutAndIn) {
  FakeHost host;
  FakePlugin plugin(&query<Many>, host);
  EXPECT_EQ(plugin.export_state(2), "a state of some length");
  EXPECT_EQ(plugin.export_state(1), "a s");
  EXPECT_THROW(plugin.export_state(3), std::runtime_error);
  EXPECT_EQ(plugin.import_state(2, "something else, longer than a piece", true), HOTDESK_OK);
  EXPECT_EQ(plugin.export_state(2), "a state of some length") << "a dry run";
  EXPECT_EQ(plugin.import_state(2, "something else, longer than a piece"), HOTDESK_OK);
  EXPECT_EQ(plugin.export_state(2), "something else, longer than a piece");
  EXPECT_EQ(plugin.import_state(1, "x"), HOTDESK_E_INVALID);
  EXPECT_EQ(static_cast<const hotdesk_state*>(plugin.descriptor().get_extension(HOTDESK_EXT_STATE))->schema, 2U);
  const std::string huge((16U << 20) + 1, 'x');
  const hotdesk_source endless{sizeof endless, 0, nullptr, [](const hotdesk_source*, void*, std::uint64_t room, std::uint64_t* bytes) -> hotdesk_result {
    *bytes = room;
    return HOTDESK_OK;
  }};
  const auto* table = static_cast<const hotdesk_state*>(plugin.descriptor().get_extension(HOTDESK_EXT_STATE));
  EXPECT_EQ(table->import_state(plugin.instance(), 2, &endless, 0), HOTDESK_E_BUDGET);
}

TEST(Mixins, HealthAndEvents) {
  FakeHost host;
  FakePlugin plugin(&query<Many>, host);
  EXPECT_EQ(plugin.check(), HOTDESK_OK);
  EXPECT_EQ(plugin.check(HOTDESK_HEALTH_DEEP), HOTDESK_E_STATE);
  EXPECT_EQ(host.lines().back(), "not deep");
  hotdesk_event event{};
  event.type = HOTDESK_EVENT_RATED;
  event.score = 4;
  EXPECT_EQ(plugin.on_event(event), HOTDESK_OK);
  EXPECT_EQ(host.metric("score"), 4);
  event.type = 99;
  EXPECT_EQ(plugin.on_event(event), HOTDESK_E_INTERNAL);
}

TEST(Mixins, RouterReadsWhatTheHostIsNewEnoughToTell) {
  FakeHost host;
  FakePlugin plugin(&query<Many>, host);
  const auto* router = static_cast<const hotdesk_router*>(plugin.descriptor().get_extension(HOTDESK_EXT_ROUTER));
  hotdesk_agent agent{};
  agent.size = sizeof agent;
  agent.username = to_text("ann");
  hotdesk_department sales{sizeof(hotdesk_department), 0, {{7}}, to_text("Sales")};
  hotdesk_route_request request{};
  request.channel = to_text("widget");
  request.available = {&agent, 1, sizeof agent};
  EXPECT_EQ(plugin.start_route(request)->reason, "channel widget");
  request.departments = {&sales, 1, sizeof sales};
  EXPECT_EQ(plugin.start_route(request)->department.bytes[0], 7);
  EXPECT_EQ(plugin.start_route(request)->reason, "new");
  agent.size = offsetof(hotdesk_agent, username);
  EXPECT_EQ(plugin.start_route(request)->reason, "old");

  // A host of minor 0: the request ends before `now`, and nothing may be written behind its answer's end.
  const auto call = FakeCalls::instance().begin(FakeCall::Method::route, 0);
  request.size = offsetof(hotdesk_route_request, now);
  hotdesk_route_answer answer{};
  std::memset(static_cast<void*>(&answer), 0x5A, sizeof answer);
  answer.size = offsetof(hotdesk_route_answer, department);
  EXPECT_EQ(router->route(plugin.instance(), call->handle, &request, &answer), HOTDESK_OK);
  EXPECT_EQ(to_view(answer.reason), "channel ");
  EXPECT_EQ(answer.department.bytes[0], 0x5A);
  EXPECT_EQ(answer.again_ms, 0x5A5A5A5AU);
  FakeCalls::instance().forget(call->handle);
}

}  // namespace
}  // namespace hotdesk::sdk
