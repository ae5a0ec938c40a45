#pragma once
#include <cstdint>

#include "tenants/role.hpp"

namespace hotdesk::tenants {

/// Everything that routes and frames ask leave for. A new one does not compile until may() has answered for it.
enum class Action : std::uint8_t {
  // frames
  publish_text,
  publish_card,
  publish_note,
  recall_own,
  recall_any,
  mark_read,
  set_presence,
  watch,
  // the visitor's own pages
  record_page,
  // conversations over REST
  list_conversations,
  read_conversation,  ///< a visitor: their own
  assign,
  transfer,
  close,              ///< a visitor: their own
  reopen,
  label,
  rate,               ///< a visitor: their own; an agent: on a visitor's behalf
  read_visitor,
  list_agents,
  list_departments,
  take_ticket,        ///< a connect set of one's own
  // one's own account
  change_own_password,
  // running a tenant
  read_overview,
  read_sites,
  write_sites,
  read_users,
  write_users,
  read_plugins,
  release_plugins,    ///< activate, canary, promote, rollback, enable, disable, configure: among granted versions
  read_logs,
  read_tenant,
  write_tenant,
  read_knowledge,
  write_knowledge,
  // running the installation
  choose_tenant,      ///< `?tenant=`
  trust_plugins,      ///< upload, trust, lanes
  read_health,        ///< in detail
};

/// The one table of who may what. Of one's own tenant only; whose conversation it is, is asked beside it.
/// An operator runs tenants and does not read their conversations.
constexpr bool may(Role role, Action action) noexcept {
  const bool visitor = role == Role::visitor;
  const bool staff = role == Role::agent || role == Role::admin;
  const bool runs = role == Role::admin || role == Role::operator_;
  const bool automaton = role == Role::bot || role == Role::plugin;
  switch (action) {
    case Action::publish_text: return visitor || staff || automaton;
    case Action::publish_card: return staff || automaton;
    case Action::publish_note: return staff || automaton;
    case Action::recall_own: return visitor || staff || automaton;
    case Action::recall_any: return role == Role::admin;
    case Action::mark_read: return visitor || staff;
    case Action::set_presence: return staff;
    case Action::watch: return staff;
    case Action::record_page: return visitor;
    case Action::list_conversations: return staff;
    case Action::read_conversation: return visitor || staff;
    case Action::assign: return staff;
    case Action::transfer: return staff;
    case Action::close: return visitor || staff;
    case Action::reopen: return staff;
    case Action::label: return staff;
    case Action::rate: return visitor || staff;
    case Action::read_visitor: return staff;
    case Action::list_agents: return staff || runs;
    case Action::list_departments: return staff || runs;
    case Action::take_ticket: return staff;
    case Action::change_own_password: return staff || runs;
    case Action::read_overview: return runs;
    case Action::read_sites: return runs;
    case Action::write_sites: return runs;
    case Action::read_users: return runs;
    case Action::write_users: return runs;
    case Action::read_plugins: return runs;
    case Action::release_plugins: return runs;
    case Action::read_logs: return runs;
    case Action::read_tenant: return staff || runs;
    case Action::write_tenant: return runs;
    case Action::read_knowledge: return staff || runs;
    case Action::write_knowledge: return runs;
    case Action::choose_tenant: return role == Role::operator_;
    case Action::trust_plugins: return role == Role::operator_;
    case Action::read_health: return role == Role::operator_;
  }
  return false;
}

static_assert(may(Role::visitor, Action::publish_text) && !may(Role::visitor, Action::publish_note));
static_assert(may(Role::visitor, Action::close) && !may(Role::visitor, Action::assign));
static_assert(may(Role::visitor, Action::rate) && !may(Role::operator_, Action::rate));
static_assert(may(Role::visitor, Action::record_page) && !may(Role::admin, Action::record_page));
static_assert(may(Role::agent, Action::transfer) && !may(Role::operator_, Action::transfer));
static_assert(may(Role::agent, Action::take_ticket) && !may(Role::visitor, Action::take_ticket));
static_assert(may(Role::admin, Action::write_users) && !may(Role::agent, Action::write_users));
static_assert(may(Role::admin, Action::release_plugins) && !may(Role::agent, Action::read_plugins));
static_assert(may(Role::operator_, Action::choose_tenant) && !may(Role::admin, Action::choose_tenant));
static_assert(may(Role::operator_, Action::read_logs) && !may(Role::operator_, Action::read_conversation));
static_assert(!may(Role::system, Action::publish_text) && !may(Role::bot, Action::list_conversations));

}  // namespace hotdesk::tenants
