#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hotdesk/sdk/config.hpp"
#include "hotdesk/sdk/router.hpp"

namespace routing {

using Names = std::set<std::string, std::less<>>;
/// "ann, bo" → {"ann", "bo"}
Names read_names(std::string_view text);

enum class Strategy { least_busy, round_robin, weighted };
enum class Outside { queue, bot, assign };

/// "if label is refund, then only_agents ann, bo"
struct Rule {
  enum class Then { only_agents, prefer_agents, department, bot, queue };
  std::string field;  ///< label, channel, language, department, or attribute:<name>
  std::string value;  ///< a * at the end stands for anything
  Then then = Then::only_agents;
  Names agents;
  std::string department;
  bool matches(const hotdesk::sdk::RouteRequest& request) const;
};

/// What is set for one agent.
struct AgentSetting {
  std::int64_t weight = 1;
  std::int64_t most = 1'000'000;
  Names skills;
};

struct Overflow {
  std::string from;  ///< a department, or * for all
  std::int64_t after_ms;
  std::string to;
};

/// The tenant's settings but the hours. Throws sdk::Error naming what the schema cannot say.
struct Settings {
  explicit Settings(const hotdesk::sdk::Config& config);

  Strategy strategy;
  bool sticky;
  std::int64_t max_open;
  std::map<std::string, AgentSetting, std::less<>> agents;
  Names skills;  ///< all that anybody has
  std::int64_t skill_wait_ms;
  std::vector<Rule> rules;
  std::vector<Overflow> overflow;
  std::string vip_attribute;
  Names vip_values;
  std::int64_t vip_reserve;
  Names vip_agents;
  std::int64_t bot_after_ms;  ///< 0: never
  Outside outside;

  const AgentSetting& of(const hotdesk_agent& agent) const;
  bool is_vip(const hotdesk::sdk::RouteRequest& request) const;
  /// Labels and language of the conversation that are skills of somebody.
  Names needed(const hotdesk::sdk::RouteRequest& request) const;
};

/// The name of the conversation's department; empty: none, or a host that does not tell.
std::string_view department_name(const hotdesk::sdk::RouteRequest& request);

}  // namespace routing
