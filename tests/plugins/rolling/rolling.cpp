// A filter that puts its version before each text; some builds of it are worse than others.
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

#include "hotdesk/sdk/sdk.hpp"

namespace {

namespace sdk = hotdesk::sdk;

class Rolling final : public sdk::Plugin, public sdk::Filter {
 public:
  using Plugin::Plugin;

  sdk::Verdict inspect(const sdk::Message& message) override {
    const std::string text(message.text());
#ifdef ROLLING_FAILS
    if (++calls_ % 4 == 0) throw std::runtime_error("every fourth call");
#endif
#ifdef ROLLING_SLOW
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(3); std::chrono::steady_clock::now() < end;) {
    }
#endif
#ifdef ROLLING_CRASHES
    if (text.find("boom") != text.npos) *static_cast<volatile int*>(nullptr) = 1;
#endif
    return sdk::rewrite(HOTDESK_PLUGIN_VERSION ":" + text);
  }

 private:
  std::atomic<unsigned> calls_{0};
};

}  // namespace

HOTDESK_PLUGIN(Rolling);
