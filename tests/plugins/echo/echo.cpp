// A filter for tests: says by which version a text went, and does on command what a test wants to see.
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

#include "hotdesk/sdk/sdk.hpp"

/// The host's tests define a function of this name in their executable: a plugin's own must be called all the same.
extern "C" __attribute__((noinline)) int hotdesk_test_helper(void);
extern "C" int hotdesk_test_helper(void) { return 1; }

namespace {

namespace sdk = hotdesk::sdk;

std::atomic<int> instances{0};  ///< of this image

class Echo final : public sdk::Plugin, public sdk::Filter {
 public:
  explicit Echo(const sdk::Host& host) : Plugin(host), prefix_(host.config().text("/prefix").value_or("")) {
    ++instances;
    if (prefix_ == "refuse") throw sdk::bad_config("/prefix", "must not be refuse");
    host.info("created");
  }
  ~Echo() override {
    --instances;
    host().info("destroyed");
  }

  sdk::Verdict inspect(const sdk::Message& message) override {
    const auto text = message.text();
    if (text == "block!") return sdk::block("blocked by " HOTDESK_PLUGIN_VERSION);
    if (text == "pass!") return sdk::pass();
    if (text == "throw!") throw std::runtime_error("boom");
    if (text == "invalid!") throw sdk::Error(HOTDESK_E_INVALID, "wrong", "field");
    if (text == "helper!") return sdk::rewrite(std::to_string(hotdesk_test_helper()));
    if (text == "timer!") return start_timer();
    if (text == "fired?") return sdk::rewrite(std::to_string(fired_.load()));
    if (text == "crash!") *static_cast<volatile int*>(nullptr) = 1;
    if (text == "hang!") hang(std::chrono::seconds(20));
    if (text == "slow!") hang(std::chrono::milliseconds(500));
    if (text.starts_with("set ")) return sdk::rewrite(std::to_string(host().kv_set("key", text.substr(4))));
    if (text == "get") return sdk::rewrite(host().kv_get("key").value_or("none"));
    if (text == "count") {
      host().count("counted", 2);
      host().gauge("level", 7);
    }
    return sdk::rewrite(prefix_ + HOTDESK_PLUGIN_VERSION ":" + std::string(text));
  }

 private:
  sdk::Verdict start_timer() {
    const auto timer = host().start_timer<&Echo::fire>(10, 100, *this);
    return sdk::rewrite(timer ? "started" : "refused");
  }
  void fire() { ++fired_; }
  static void hang(std::chrono::milliseconds time) {
    for (const auto end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end;) {
    }
  }

  std::string prefix_;
  std::atomic<int> fired_{0};
};

}  // namespace

HOTDESK_PLUGIN(Echo);
