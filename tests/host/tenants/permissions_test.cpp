#include "tenants/permissions.hpp"

#include <gtest/gtest.h>

namespace hotdesk::tenants {
namespace {
// The rule as a table, apart from the switch: v visitor, a agent, m admin, o operator, b bot, p plugin, s system.
struct Row {
  Action action;
  const char* who;
};
constexpr Row rows[] = {
    {Action::publish_text, "vambp"},     {Action::publish_card, "ambp"}, {Action::publish_note, "ambp"}, {Action::recall_own, "vambp"},
    {Action::recall_any, "m"},           {Action::mark_read, "vam"},     {Action::set_presence, "am"},   {Action::watch, "am"},
    {Action::record_page, "v"},          {Action::list_conversations, "am"}, {Action::read_conversation, "vam"}, {Action::assign, "am"},
    {Action::transfer, "am"},            {Action::close, "vam"},         {Action::reopen, "am"},         {Action::label, "am"},
    {Action::rate, "vam"},               {Action::read_visitor, "am"},   {Action::list_agents, "amo"},   {Action::list_departments, "amo"},
    {Action::take_ticket, "am"},         {Action::change_own_password, "amo"}, {Action::read_overview, "mo"}, {Action::read_sites, "mo"},
    {Action::write_sites, "mo"},         {Action::read_users, "mo"},     {Action::write_users, "mo"},    {Action::read_plugins, "mo"},
    {Action::release_plugins, "mo"},     {Action::read_logs, "mo"},      {Action::read_tenant, "amo"},   {Action::write_tenant, "mo"},
    {Action::read_knowledge, "amo"},     {Action::write_knowledge, "mo"},
    {Action::choose_tenant, "o"},        {Action::trust_plugins, "o"},   {Action::read_health, "o"},
};

TEST(Permissions, EveryActionAndRole) {
  static_assert(std::size(rows) == static_cast<std::size_t>(Action::read_health) + 1, "a new action needs a row");
  const std::pair<Role, char> roles[] = {{Role::visitor, 'v'}, {Role::agent, 'a'},  {Role::admin, 'm'}, {Role::operator_, 'o'},
                                         {Role::bot, 'b'},     {Role::plugin, 'p'}, {Role::system, 's'}};
  for (const Row& row : rows)
    for (const auto& [role, letter] : roles)
      EXPECT_EQ(may(role, row.action), std::string_view(row.who).find(letter) != std::string_view::npos)
          << to_string(role) << " and action " << static_cast<int>(row.action);
}
}  // namespace
}  // namespace hotdesk::tenants
