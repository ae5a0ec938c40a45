#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hotdesk::metrics {

using Labels = std::map<std::string, std::string>;

/// Only grows. Thread: any, lock-free.
class Counter {
 public:
  virtual ~Counter() = default;
  virtual void add(double n = 1) noexcept = 0;
  virtual double value() const noexcept = 0;
};
/// Goes up and down. Thread: any, lock-free.
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(double value) noexcept = 0;
  virtual void add(double n) noexcept = 0;
  virtual double value() const noexcept = 0;
};
/// Counts per bucket; seconds where time is meant. Thread: any, lock-free.
class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void observe(double value) noexcept = 0;
};

/// The process's metrics, one per wiring. References live as long as the registry; the same (name, labels) gives the same one.
/// Names follow Prometheus: hotdesk_<what>_<unit>[_total].
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram& histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds, const Labels& labels = {});
  /// Prometheus text format 0.0.4.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// 100 µs to 10 s, for latencies.
std::vector<double> latency_bounds();

}  // namespace hotdesk::metrics
