#include <cstdint>
#include <optional>
#include <vector>

#include "hotdesk/sdk/sdk.hpp"
#include "rules.hpp"

namespace gray_release {
namespace {

namespace sdk = hotdesk::sdk;

class GrayRelease final : public sdk::Plugin, public sdk::Gray {
 public:
  explicit GrayRelease(const sdk::Host& host) : Plugin(host), offset_(read_offset(host.config())), rules_(read_rules(host.config())) {}

  std::optional<std::uint32_t> assign(const sdk::GrayRequest& request) override {
    for (const auto& rule : rules_)
      if (rule.matches(request, offset_)) {
        host().count("decided");
        return rule.bucket(request);
      }
    return std::nullopt;
  }

 private:
  const int offset_;
  const std::vector<Rule> rules_;
};

}  // namespace
}  // namespace gray_release

HOTDESK_PLUGIN(gray_release::GrayRelease);
