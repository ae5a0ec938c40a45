#include "observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace hotdesk::metrics {
namespace {

struct CounterOf final : Counter {
  explicit CounterOf(prometheus::Counter& to) : to_(to) {}
  void add(double n) noexcept override { to_.Increment(n); }
  double value() const noexcept override { return to_.Value(); }
  prometheus::Counter& to_;
};
struct GaugeOf final : Gauge {
  explicit GaugeOf(prometheus::Gauge& to) : to_(to) {}
  void set(double value) noexcept override { to_.Set(value); }
  void add(double n) noexcept override { to_.Increment(n); }
  double value() const noexcept override { return to_.Value(); }
  prometheus::Gauge& to_;
};
struct HistogramOf final : Histogram {
  explicit HistogramOf(prometheus::Histogram& to) : to_(to) {}
  void observe(double value) noexcept override { to_.Observe(value); }
  prometheus::Histogram& to_;
};

std::string key_of(const std::string& name, const Labels& labels) {
  std::string key = name;
  for (const auto& [label, value] : labels) key.append("\n").append(label).append("=").append(value);
  return key;
}

}  // namespace

struct Registry::Impl {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<CounterOf>> counters;
  std::map<std::string, std::unique_ptr<GaugeOf>> gauges;
  std::map<std::string, std::unique_ptr<HistogramOf>> histograms;
};

Registry::Registry() : impl_(std::make_unique<Impl>()) {}
Registry::~Registry() = default;

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(impl_->mutex);
  auto& slot = impl_->counters[key_of(name, labels)];
  if (!slot) slot = std::make_unique<CounterOf>(prometheus::BuildCounter().Name(name).Help(help).Register(*impl_->registry).Add(labels));
  return *slot;
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  const std::lock_guard lock(impl_->mutex);
  auto& slot = impl_->gauges[key_of(name, labels)];
  if (!slot) slot = std::make_unique<GaugeOf>(prometheus::BuildGauge().Name(name).Help(help).Register(*impl_->registry).Add(labels));
  return *slot;
}

Histogram& Registry::histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds, const Labels& labels) {
  const std::lock_guard lock(impl_->mutex);
  auto& slot = impl_->histograms[key_of(name, labels)];
  if (!slot)
    slot = std::make_unique<HistogramOf>(
        prometheus::BuildHistogram().Name(name).Help(help).Register(*impl_->registry).Add(labels, prometheus::Histogram::BucketBoundaries(bounds)));
  return *slot;
}

std::string Registry::text() const { return prometheus::TextSerializer{}.Serialize(impl_->registry->Collect()); }

std::vector<double> latency_bounds() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

}  // namespace hotdesk::metrics
