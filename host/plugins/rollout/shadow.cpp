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

}  // namespace hotdesk::plugins
