// A thread_local with a destructor: the C library holds the library mapped until every thread that touched it has ended.
#include <string>

#include "hotdesk/sdk/sdk.hpp"

namespace {
class Remembering final : public hotdesk::sdk::Plugin, public hotdesk::sdk::Filter {
 public:
  using Plugin::Plugin;
  hotdesk::sdk::Verdict inspect(const hotdesk::sdk::Message& message) override {
    thread_local std::string last;
    last = message.text();
    return hotdesk::sdk::pass();
  }
};
}  // namespace

HOTDESK_PLUGIN(Remembering);
