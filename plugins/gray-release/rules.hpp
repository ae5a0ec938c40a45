#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/sdk/config.hpp"
#include "hotdesk/sdk/gray.hpp"

namespace gray_release {

/// "For this component, at these times, these visitors: to the candidate, to the stable version, or by a percentage".
struct Rule {
  enum class Who { everybody, visitors, equals, one_of, prefix };
  enum class Then { candidate, stable, percent };

  std::string component;  ///< an id, "host", or a beginning with *
  Who who = Who::everybody;
  std::string attribute;
  std::set<std::string, std::less<>> values;
  std::int64_t from = INT64_MIN;  ///< UTC milliseconds
  std::int64_t until = INT64_MAX;
  int first_minute = 0;  ///< of the UTC-offset day; first == last: all day
  int last_minute = 0;
  std::uint32_t weekdays = 0x7F;  ///< bit 0: Monday
  Then then = Then::candidate;
  std::uint32_t percent = 0;  ///< hundredths

  bool matches(const hotdesk::sdk::GrayRequest& request, int utc_offset_minutes) const;
  /// Below the release's percentage for the candidate, at or above it for the stable one.
  std::uint32_t bucket(const hotdesk::sdk::GrayRequest& request) const;
};

/// Reads /rules and /utc_offset. Throws sdk::Error naming what the schema cannot say.
std::vector<Rule> read_rules(const hotdesk::sdk::Config& config);
int read_offset(const hotdesk::sdk::Config& config);

/// The visitor's place 0..9999, other in each component: the same on every node and for ever.
std::uint32_t place_of(const hotdesk_id& visitor, std::string_view component);
/// As people read ids: 8-4-4-4-12 hexadecimal digits.
std::string to_string(const hotdesk_id& id);

}  // namespace gray_release
