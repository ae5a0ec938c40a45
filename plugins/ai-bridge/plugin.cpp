#include <memory>
#include <string>
#include <utility>

#include "exchange.hpp"
#include "hotdesk/sdk/sdk.hpp"
#include "text.hpp"

namespace ai_bridge {
namespace {

namespace sdk = hotdesk::sdk;

class Bridge final : public sdk::Plugin, public sdk::Responder, public sdk::Health {
 public:
  explicit Bridge(const sdk::Host& host) : Plugin(host), settings_(host.config()) {
    if (!settings_.endpoint.empty() && !host.http())
      host.warn("an address is set, but its host is not granted: answers come from the knowledge base alone");
  }

  sdk::Reply reply(const sdk::Turn& turn) override {
    host().count("turns");
    if (is_blank(turn.text())) return sdk::no_reply();  // a file or a card
    if (settings_.asks_for_person(turn.text())) {
      const auto words = settings_.handover_words(turn.language(), turn.text());
      if (!words.empty()) turn.chunk(words);
      host().count("handovers");
      return sdk::to_human("asked for a person");
    }
    auto run_later = [this](std::int64_t ms, std::function<void()> run) {
      return after(static_cast<std::uint64_t>(ms), std::move(run)) == HOTDESK_OK;
    };
    std::make_shared<Exchange>(Room{settings_, host(), breaker_, unsure_, run_later}, turn)->begin();
    return sdk::pending();
  }

  void check(std::int32_t level) override {
    if (level == HOTDESK_HEALTH_DEEP && breaker_.is_open()) throw sdk::Error(HOTDESK_E_OVERLOAD, "the AI service fails at the moment");
  }

 private:
  const Settings settings_;
  Breaker breaker_{5, 30'000};
  UnsureTurns unsure_;
};

}  // namespace
}  // namespace ai_bridge

HOTDESK_PLUGIN(ai_bridge::Bridge);
