#include "hotdesk/sdk/fake_host.hpp"

int main() {
  hotdesk::sdk::FakeHost host;
  hotdesk::sdk::FakePlugin plugin(&hotdesk_plugin_query, host);
  return plugin.inspect("hi").text == "hi!" ? 0 : 1;
}
