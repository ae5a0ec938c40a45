#pragma once
#include <array>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "hotdesk/sdk/config.hpp"
#include "time_zone.hpp"

namespace routing {

/// When the tenant is there: hours by weekday, closed days, and days that count as workdays although they are weekend or holiday.
class Hours {
 public:
  /// Reads time_zone, hours, holidays, workdays. Throws sdk::Error naming the wrong one.
  explicit Hours(const hotdesk::sdk::Config& config);

  bool is_open(std::int64_t utc_ms) const;
  /// Milliseconds until it opens, in whole minutes, looked for a week ahead at most; 0 when it is open or never opens.
  std::int64_t until_open(std::int64_t utc_ms) const;

 private:
  struct Span {
    int from;
    int to;  ///< behind `from`; over 1440: into the next day
  };
  bool covers(std::int64_t day, int weekday, int minute) const;

  TimeZone zone_;
  bool always_ = true;
  std::array<std::vector<Span>, 7> week_;
  std::vector<std::pair<std::int64_t, std::int64_t>> holidays_;
  std::set<std::int64_t> workdays_;
};

}  // namespace routing
