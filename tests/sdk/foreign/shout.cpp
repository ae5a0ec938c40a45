#include <string>

#include "hotdesk/sdk/sdk.hpp"

namespace sdk = hotdesk::sdk;

struct Shout final : sdk::Plugin, sdk::Filter {
  using Plugin::Plugin;
  sdk::Verdict inspect(const sdk::Message& message) override { return sdk::rewrite(std::string(message.text()) + "!"); }
};
HOTDESK_PLUGIN(Shout);
