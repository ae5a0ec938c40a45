#include "rules.hpp"

#include <algorithm>

#include "hotdesk/sdk/error.hpp"

namespace routing {
namespace {

namespace sdk = hotdesk::sdk;

bool matches_text(std::string_view pattern, std::string_view text) {
  if (!pattern.empty() && pattern.back() == '*') return text.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1);
  return pattern == text;
}

std::string text_of(const sdk::Config& config, const std::string& pointer) { return std::string(config.text(pointer).value_or("")); }

Rule read_rule(const sdk::Config& config, const std::string& at) {
  Rule rule;
  rule.field = text_of(config, at + "/if");
  rule.value = text_of(config, at + "/is");
  const bool known = rule.field == "label" || rule.field == "channel" || rule.field == "language" || rule.field == "department" ||
                     (rule.field.rfind("attribute:", 0) == 0 && rule.field.size() > 10);
  if (!known) throw sdk::bad_config(at + "/if", "must be label, channel, language, department or attribute:<name>");
  const auto then = config.text(at + "/then").value_or("");
  const auto target = config.text(at + "/target").value_or("");
  if (then == "only_agents" || then == "prefer_agents") {
    rule.then = then == "only_agents" ? Rule::Then::only_agents : Rule::Then::prefer_agents;
    rule.agents = read_names(target);
    if (rule.agents.empty()) throw sdk::bad_config(at + "/target", "must name agents by their log-in names, like ann, bo");
  } else if (then == "department") {
    rule.then = Rule::Then::department;
    rule.department = target;
    if (target.empty()) throw sdk::bad_config(at + "/target", "must name a department");
  } else {
    rule.then = then == "bot" ? Rule::Then::bot : Rule::Then::queue;
  }
  return rule;
}

/// Following the overflow from each department must end.
void refuse_circles(const std::vector<Overflow>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string at = all[i].to;
    for (std::size_t steps = 0;; ++steps) {
      if (at == all[i].from || steps > all.size())
        throw sdk::bad_config("/overflow/" + std::to_string(i) + "/to", "leads in a circle: the conversation would never come to rest");
      auto next = std::find_if(all.begin(), all.end(), [&](const Overflow& one) { return one.from == at; });
      if (next == all.end()) next = std::find_if(all.begin(), all.end(), [&](const Overflow& one) { return one.from == "*" && one.to != at; });
      if (next == all.end()) break;
      at = next->to;
    }
  }
}

}  // namespace

Names read_names(std::string_view text) {
  Names names;
  while (!text.empty()) {
    auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) names.emplace(part);
  }
  return names;
}

std::string_view department_name(const sdk::RouteRequest& request) {
  for (std::uint64_t i = 0; i < request.departments(); ++i)
    if (sdk::same(request.department(i).id, request.department())) return sdk::to_view(request.department(i).name);
  return {};
}

bool Rule::matches(const sdk::RouteRequest& request) const {
  if (field == "channel") return matches_text(value, request.channel());
  if (field == "language") return matches_text(value, request.language());
  if (field == "department") return matches_text(value, department_name(request));
  if (field == "label") {
    for (std::uint64_t i = 0; i < request.labels(); ++i)
      if (matches_text(value, request.label(i))) return true;
    return false;
  }
  const auto found = request.attributes().find(std::string_view(field).substr(10));
  return found && matches_text(value, *found);
}

Settings::Settings(const sdk::Config& config)
    : strategy(config.text("/strategy") == "round_robin" ? Strategy::round_robin
               : config.text("/strategy") == "weighted"  ? Strategy::weighted
                                                         : Strategy::least_busy),
      sticky(config.flag("/sticky").value_or(true)),
      max_open(config.integer("/max_open").value_or(1'000'000)),
      skill_wait_ms(config.integer("/skill_wait_s").value_or(60) * 1000),
      vip_attribute(config.text("/vip_attribute").value_or("vip")),
      vip_values(read_names(config.text("/vip_values").value_or("1, true, yes"))),
      vip_reserve(config.integer("/vip_reserve").value_or(0)),
      vip_agents(read_names(config.text("/vip_agents").value_or(""))),
      bot_after_ms(config.integer("/bot_after_s").value_or(0) * 1000),
      outside(config.text("/outside_hours") == "bot"      ? Outside::bot
              : config.text("/outside_hours") == "assign" ? Outside::assign
                                                          : Outside::queue) {
  for (std::uint64_t i = 0; i < config.count("/agents"); ++i) {
    const std::string at = "/agents/" + std::to_string(i);
    AgentSetting one;
    one.weight = config.integer(at + "/weight").value_or(1);
    one.most = config.integer(at + "/most").value_or(1'000'000);
    one.skills = read_names(config.text(at + "/skills").value_or(""));
    skills.insert(one.skills.begin(), one.skills.end());
    if (!agents.emplace(text_of(config, at + "/agent"), std::move(one)).second) throw sdk::bad_config(at + "/agent", "is there twice");
  }
  for (std::uint64_t i = 0; i < config.count("/rules"); ++i) rules.push_back(read_rule(config, "/rules/" + std::to_string(i)));
  for (std::uint64_t i = 0; i < config.count("/overflow"); ++i) {
    const std::string at = "/overflow/" + std::to_string(i);
    Overflow one{text_of(config, at + "/department"), config.integer(at + "/after_s").value_or(0) * 1000, text_of(config, at + "/to")};
    if (one.from == one.to) throw sdk::bad_config(at + "/to", "is the department itself");
    overflow.push_back(std::move(one));
  }
  refuse_circles(overflow);
}

const AgentSetting& Settings::of(const hotdesk_agent& agent) const {
  static const AgentSetting usual;
  const auto found = agents.find(sdk::username(agent));
  return found != agents.end() ? found->second : usual;
}

bool Settings::is_vip(const sdk::RouteRequest& request) const {
  if (request.priority() > 0) return true;
  const auto value = request.attributes().find(vip_attribute);
  return value && vip_values.contains(*value);
}

Names Settings::needed(const sdk::RouteRequest& request) const {
  Names needed;
  for (std::uint64_t i = 0; i < request.labels(); ++i)
    if (skills.contains(request.label(i))) needed.emplace(request.label(i));
  const auto language = request.language();
  if (skills.contains(language)) needed.emplace(language);
  else if (const auto main = language.substr(0, language.find('-')); skills.contains(main)) needed.emplace(main);
  return needed;
}

}  // namespace routing
