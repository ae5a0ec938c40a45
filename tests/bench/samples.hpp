#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

namespace hotdesk::bench {

/// Latencies in microseconds; sorted once when asked.
class Samples {
 public:
  void add(std::int64_t us) { values_.push_back(us); }
  void sort() { std::sort(values_.begin(), values_.end()); }
  /// Of sorted samples; 0 without any.
  std::int64_t at(double quantile) const {
    if (values_.empty()) return 0;
    return values_[static_cast<std::size_t>(quantile * static_cast<double>(values_.size() - 1))];
  }
  std::size_t size() const { return values_.size(); }
  void append(const Samples& other) { values_.insert(values_.end(), other.values_.begin(), other.values_.end()); }

 private:
  std::vector<std::int64_t> values_;
};

}  // namespace hotdesk::bench
