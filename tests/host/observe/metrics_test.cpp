#include "observe/metrics.hpp"

#include <gtest/gtest.h>

namespace hotdesk::metrics {
namespace {

TEST(Metrics, TheSameNameAndLabelsAreTheSameCounter) {
  Registry registry;
  auto& a = registry.counter("hotdesk_x_total", "x", {{"k", "1"}});
  auto& b = registry.counter("hotdesk_x_total", "x", {{"k", "1"}});
  auto& other = registry.counter("hotdesk_x_total", "x", {{"k", "2"}});
  a.add();
  b.add(2);
  EXPECT_EQ(a.value(), 3);
  EXPECT_EQ(other.value(), 0);
}

TEST(Metrics, TextIsPrometheus) {
  Registry registry;
  registry.gauge("hotdesk_connections", "open sockets").set(7);
  registry.histogram("hotdesk_ack_seconds", "ack", latency_bounds()).observe(0.0002);
  const std::string text = registry.text();
  EXPECT_NE(text.find("# TYPE hotdesk_connections gauge"), std::string::npos);
  EXPECT_NE(text.find("hotdesk_connections 7"), std::string::npos);
  EXPECT_NE(text.find("hotdesk_ack_seconds_bucket{le=\"0.00025\"} 1"), std::string::npos) << text;
}

}  // namespace
}  // namespace hotdesk::metrics
