#include "plugins/validate/tests.hpp"

#include <array>

namespace hotdesk::plugins::validate {

std::span<const Test> all_tests() noexcept {
  using namespace std::chrono_literals;
  static constexpr std::array all{
      Test{"query", "hotdesk_plugin_query is pure and quick", 20s, query},
      Test{"unknown_ids", "get_extension gives NULL for ids it does not know", 20s, unknown_ids},
      Test{"identity", "id, version, build id and extensions are the manifest's", 20s, identity},
      Test{"create", "can be made with its default configuration, again and again", 30s, create},
      Test{"health", "says that it is healthy", 20s, health},
      Test{"usual_calls", "answers what a host usually asks, without errors", 60s, usual_calls},
      Test{"many_threads", "can be called by many threads while instances come and go", 60s, many_threads},
      Test{"in_time", "returns within its hard time limit", 60s, in_time},
      Test{"broken_text", "survives text that is no UTF-8", 60s, broken_text},
      Test{"large_message", "survives a message of 1 MB", 60s, large_message},
      Test{"failing_services", "survives services that fail", 60s, failing_services},
      Test{"dead_handles", "survives handles of calls that are over, and uses none itself", 30s, dead_handles},
      Test{"cancel", "lets go of calls that are given up", 60s, cancel},
      Test{"state_round_trip", "writes and reads its state, in every schema it names", 60s, state_round_trip},
      Test{"state_fuzz", "refuses damaged state and goes on", 60s, state_fuzz},
      Test{"side_by_side", "two copies work beside each other", 30s, side_by_side},
      Test{"live_threads", "can be unloaded while threads that called it live on", 30s, live_threads},
      Test{"traces", "leaves no thread, handler, key, file or mapping behind", 30s, traces},
      Test{"cycles", "200 loads and unloads keep memory and mappings flat", 120s, cycles},
  };
  return all;
}

const Test* find_test(std::string_view name) noexcept {
  for (const Test& one : all_tests())
    if (name == one.name) return &one;
  return nullptr;
}

}  // namespace hotdesk::plugins::validate
