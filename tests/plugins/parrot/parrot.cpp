// A responder for tests: says what it heard in three pieces, at once or (asked to be slow) with pauses.
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

#include "hotdesk/sdk/sdk.hpp"

namespace {

namespace sdk = hotdesk::sdk;

class Parrot final : public sdk::Plugin, public sdk::Responder {
 public:
  explicit Parrot(const sdk::Host& host) : Plugin(host) { host.start_timer<&Parrot::tick>(50, 50, *this); }

  sdk::Reply reply(const sdk::Turn& turn) override {
    const std::string text(turn.text());
    if (text == "skip") return sdk::no_reply();
    if (text == "hush") return sdk::answered();
    if (text == "fail") throw std::runtime_error("the parrot is ill");
    if (text == "human") {
      turn.chunk("One moment.");
      return sdk::to_human("asked for a person");
    }
    turn.chunk("You said ");
    if (text.starts_with("slow")) {
      auto speech = std::make_shared<Speech>(turn);
      const std::lock_guard lock(mutex_);
      speeches_.push_back(std::move(speech));
      return sdk::pending();
    }
    turn.chunk(text);
    turn.chunk(".");
    return sdk::answered(0.5, {{{}, "The parrot's book", "https://example.com/parrot"}});
  }

 private:
  struct Speech {
    explicit Speech(const sdk::Turn& turn_) : turn(turn_), text(turn_.text()), later(turn_.later()) {}
    sdk::Turn turn;
    std::string text;
    sdk::Later<sdk::Reply> later;
    int ticks = 0;
  };
  void tick() {
    const std::lock_guard lock(mutex_);
    for (auto& speech : speeches_) {
      if (++speech->ticks == 10) speech->turn.chunk(speech->text);
      if (speech->ticks != 20) continue;
      speech->turn.chunk(".");
      speech->later.finish(sdk::answered());
    }
    std::erase_if(speeches_, [](const auto& one) { return one->ticks >= 20; });
  }

  std::mutex mutex_;
  std::deque<std::shared_ptr<Speech>> speeches_;
};

}  // namespace

HOTDESK_PLUGIN(Parrot);
