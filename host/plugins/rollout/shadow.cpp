#include "plugins/rollout/shadow.hpp"

#include "hotdesk/plugin/filter.h"

namespace hotdesk::plugins {
namespace {

bool differs(const FilterReply& a, const FilterReply& b) noexcept {
  if (a.verdict != b.verdict) return true;
  return a.verdict == HOTDESK_FILTER_REWRITE && a.text != b.text;
}
bool differs(const RouteReply& a, const RouteReply& b) noexcept {
  return a.target != b.target || a.agent != b.agent || a.department != b.department;
}
bool differs(const TurnReply& a, const TurnReply& b) noexcept { return a.end != b.end; }
bool differs(const GrayReply& a, const GrayReply& b) noexcept { return a.bucket != b.bucket; }
bool differs(const EventReply&, const EventReply&) noexcept { return false; }

}  // namespace

bool differs(const Outcome& stable, const Outcome& mirrored) noexcept {
  if (stable.code != mirrored.code) return true;
  if (stable.code != HOTDESK_OK) return false;
  return std::visit(
      [](const auto& a, const auto& b) {
        if constexpr (std::is_same_v<decltype(a), decltype(b)>) return differs(a, b);
        else return true;
      },
      stable.reply, mirrored.reply);
}

void ShadowCounts::add(const Outcome& stable, const Outcome& mirrored) noexcept {
  calls_.fetch_add(1, std::memory_order_relaxed);
  if (mirrored.code < 0 && stable.code >= 0) errors_.fetch_add(1, std::memory_order_relaxed);
  else if (differs(stable, mirrored)) differences_.fetch_add(1, std::memory_order_relaxed);
}

ShadowFigures ShadowCounts::figures() const noexcept {
  return {calls_.load(std::memory_order_relaxed), differences_.load(std::memory_order_relaxed), errors_.load(std::memory_order_relaxed)};
}

}  // namespace hotdesk::plugins
