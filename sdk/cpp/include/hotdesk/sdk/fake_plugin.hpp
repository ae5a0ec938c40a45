#pragma once
// Included by fake_host.hpp.
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/plugin/plugin.h"
#include "hotdesk/sdk/fake_host.hpp"

namespace hotdesk::sdk {

/// A plugin brought up in the test's process through its real entry point, and called through its real tables.
/// A call that is pending afterwards ends during host.run() and host.advance(): look at the FakeCall again.
class FakePlugin {
 public:
  using Answer = FakeCall;
  using Routed = FakeCall;
  using Attributes = std::vector<std::pair<std::string, std::string>>;

  /// Throws std::runtime_error when the plugin refuses; FakeHost::failed_text() has its reason.
  FakePlugin(hotdesk_plugin_query_fn query, FakeHost& host) : host_(host) {
    FakeHost::current() = &host;
    descriptor_ = query(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
    if (descriptor_ == nullptr) throw std::runtime_error("hotdesk_plugin_query answered NULL");
    if (descriptor_->init(host.raw(), &shared_) != HOTDESK_OK) throw std::runtime_error("init failed");
    if (descriptor_->create(shared_, host.raw(), &instance_) != HOTDESK_OK) {
      descriptor_->deinit(shared_);
      throw std::runtime_error("create failed: " + host.failed_path() + " " + host.failed_text());
    }
    host_.on_cancel = [this](FakeCall& call) { cancel(call); };
  }
  ~FakePlugin() {
    for (const auto& call : std::vector(host_.calls_)) host_.give_up(*call, HOTDESK_E_GONE);
    host_.timers_.clear();
    descriptor_->destroy(instance_);
    descriptor_->deinit(shared_);
    host_.on_cancel = nullptr;
  }
  FakePlugin(const FakePlugin&) = delete;
  FakePlugin& operator=(const FakePlugin&) = delete;

  const hotdesk_plugin_descriptor& descriptor() const noexcept { return *descriptor_; }
  hotdesk_instance* instance() const noexcept { return instance_; }

  /// A visitor's or agent's text through the filter.
  Answer inspect(std::string_view text, std::int32_t role = HOTDESK_ROLE_VISITOR) {
    hotdesk_filter_message message{};
    message.role = role;
    message.text = to_text(text);
    return *start_inspect(message);
  }
  /// `message`: size and direction are filled in here.
  std::shared_ptr<FakeCall> start_inspect(hotdesk_filter_message message) {
    message.size = sizeof message;
    message.direction = message.role == HOTDESK_ROLE_VISITOR ? HOTDESK_INBOUND : HOTDESK_OUTBOUND;
    hotdesk_filter_answer answer{};
    answer.size = sizeof answer;
    return call(FakeCall::Method::inspect, 200, answer, [&](hotdesk_call handle) {
      return table<hotdesk_filter>(HOTDESK_EXT_FILTER).inspect(instance_, handle, &message, &answer);
    });
  }

  Routed route(const std::vector<hotdesk_agent>& agents, const hotdesk_id& last_agent = {}) {
    hotdesk_route_request request{};
    request.last_agent = last_agent;
    request.available = {agents.data(), agents.size(), sizeof(hotdesk_agent)};
    return *start_route(request);
  }
  /// `request`: size and, if it is 0, now are filled in here.
  std::shared_ptr<FakeCall> start_route(hotdesk_route_request request) {
    request.size = sizeof request;
    if (request.now == 0) request.now = host_.now();
    hotdesk_route_answer answer{};
    answer.size = sizeof answer;
    return call(FakeCall::Method::route, 300, answer, [&](hotdesk_call handle) {
      return table<hotdesk_router>(HOTDESK_EXT_ROUTER).route(instance_, handle, &request, &answer);
    });
  }

  /// A visitor's turn. What it points to is kept until the next turn begins.
  std::shared_ptr<FakeCall> reply(std::string text, std::string language = {}, std::int64_t seq = 1'000'000,
                                  const hotdesk_id& conversation = {}) {
    turns_.push_back(std::make_unique<TurnRoom>(TurnRoom{std::move(text), std::move(language), {}}));
    auto& turn = turns_.back()->turn;
    turn.size = sizeof turn;
    turn.seq = seq;
    turn.conversation = conversation;
    turn.text = to_text(turns_.back()->text);
    turn.language = to_text(turns_.back()->language);
    hotdesk_turn_answer answer{};
    answer.size = sizeof answer;
    answer.confidence = -1;
    return call(FakeCall::Method::reply, 15'000, answer, [&](hotdesk_call handle) {
      return table<hotdesk_responder>(HOTDESK_EXT_RESPONDER).reply(instance_, handle, &turn, &answer);
    });
  }

  /// nullopt: SKIP. Throws when the plugin failed. `request`: size is filled in here.
  std::optional<std::uint32_t> assign(hotdesk_gray_request request, const Attributes& attributes = {}) {
    std::vector<hotdesk_attribute> raw;
    for (const auto& [name, value] : attributes) raw.push_back({sizeof(hotdesk_attribute), 0, to_text(name), to_text(value)});
    request.size = sizeof request;
    request.attributes = {raw.data(), raw.size(), sizeof(hotdesk_attribute)};
    std::uint32_t bucket = 10'000;
    const auto over = host_.begin(FakeCall::Method::assign, 100);
    const auto code = table<hotdesk_gray>(HOTDESK_EXT_GRAY).assign(instance_, over->handle, &request, &bucket);
    over->finish(code, nullptr);
    if (code == HOTDESK_SKIP) return std::nullopt;
    if (code != HOTDESK_OK) throw std::runtime_error("assign: " + std::to_string(code) + " " + over->failed_text);
    return bucket;
  }

  hotdesk_result on_event(hotdesk_event event) {
    event.size = sizeof event;
    const auto over = host_.begin(FakeCall::Method::on_event, 1'000);
    over->finish(table<hotdesk_events>(HOTDESK_EXT_EVENTS).on_event(instance_, over->handle, &event), nullptr);
    return over->code;
  }
  hotdesk_result check(std::int32_t level = HOTDESK_HEALTH_QUICK) {
    return table<hotdesk_health>(HOTDESK_EXT_HEALTH).check(instance_, level);
  }

  /// Throws when the plugin refuses.
  std::string export_state(std::uint32_t schema) {
    std::string out;
    const hotdesk_sink sink{sizeof sink, 0, &out, [](const hotdesk_sink* to, const void* data, std::uint64_t bytes) -> hotdesk_result {
      static_cast<std::string*>(to->context)->append(static_cast<const char*>(data), static_cast<std::size_t>(bytes));
      return HOTDESK_OK;
    }};
    if (const auto code = table<hotdesk_state>(HOTDESK_EXT_STATE).export_state(instance_, schema, &sink); code != HOTDESK_OK)
      throw std::runtime_error("export_state: " + std::to_string(code));
    return out;
  }
  hotdesk_result import_state(std::uint32_t schema, std::string_view state, bool dry_run = false) {
    const hotdesk_source source{sizeof source, 0, &state, [](const hotdesk_source* from, void* data, std::uint64_t room, std::uint64_t* bytes) -> hotdesk_result {
      auto& rest = *static_cast<std::string_view*>(from->context);
      *bytes = rest.copy(static_cast<char*>(data), static_cast<std::size_t>(room < 7 ? room : 7));  // small pieces find more
      rest.remove_prefix(static_cast<std::size_t>(*bytes));
      return HOTDESK_OK;
    }};
    return table<hotdesk_state>(HOTDESK_EXT_STATE).import_state(instance_, schema, &source, dry_run ? 1 : 0);
  }

 private:
  struct TurnRoom {
    std::string text;
    std::string language;
    hotdesk_turn turn;
  };

  template <class Table>
  const Table& table(const char* id) const {
    const auto* found = static_cast<const Table*>(descriptor_->get_extension(id));
    if (found == nullptr) throw std::runtime_error(std::string("the plugin has no ") + id);
    return *found;
  }
  template <class Raw, class Ask>
  std::shared_ptr<FakeCall> call(FakeCall::Method method, std::int64_t limit, const Raw& answer, const Ask& ask) {
    const auto made = host_.begin(method, limit);
    const auto code = ask(made->handle);
    if (code != HOTDESK_PENDING && !made->over) made->finish(code, &answer);
    if (!made->failed_path.empty() || !made->failed_text.empty()) {
      host_.failed_path_ = made->failed_path;
      host_.failed_text_ = made->failed_text;
    }
    host_.run();
    return made;
  }
  void cancel(FakeCall& one) {
    const auto tell = [&](const auto* found) {
      if (found != nullptr && found->cancel != nullptr) found->cancel(instance_, one.handle, one.user);
    };
    if (one.method == FakeCall::Method::inspect) tell(static_cast<const hotdesk_filter*>(descriptor_->get_extension(HOTDESK_EXT_FILTER)));
    if (one.method == FakeCall::Method::route) tell(static_cast<const hotdesk_router*>(descriptor_->get_extension(HOTDESK_EXT_ROUTER)));
    if (one.method == FakeCall::Method::reply) tell(static_cast<const hotdesk_responder*>(descriptor_->get_extension(HOTDESK_EXT_RESPONDER)));
  }

  FakeHost& host_;
  const hotdesk_plugin_descriptor* descriptor_ = nullptr;
  hotdesk_shared* shared_ = nullptr;
  hotdesk_instance* instance_ = nullptr;
  std::vector<std::unique_ptr<TurnRoom>> turns_;
};

}  // namespace hotdesk::sdk
