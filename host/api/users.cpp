#include <nlohmann/json.hpp>

#include <algorithm>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "api/user_state.hpp"
#include "base/blocking.hpp"
#include "base/text.hpp"
#include "tenants/accounts.hpp"

namespace hotdesk::api {
namespace {
namespace asio = boost::asio;
using tenants::Action;
using tenants::Role;
using tenants::User;

Json to_json(const Services& services, const User& user) {
  return {{"id", user.id.text()},
          {"username", user.username},
          {"name", user.name},
          {"role", tenants::to_string(user.role)},
          {"active", user.active},
          {"capacity", user.capacity},
          {"state", state_of(services, user.tenant, user.id, user.state)},
          {"created_at", to_rfc3339(user.created_at)},
          {"last_login_at", user.last_login_at == 0 ? Json(nullptr) : Json(to_rfc3339(user.last_login_at))}};
}

std::optional<Role> role_of(Fields& fields, const Call& call) {
  const auto text = fields.text("role", 16);
  if (!text) return std::nullopt;
  const auto role = tenants::parse_role(*text);
  if (!role || (*role != Role::agent && *role != Role::admin && *role != Role::operator_)) {
    fields.refuse("role", "agent, admin or operator");
    return std::nullopt;
  }
  // Nobody hands out more than they have.
  if (*role == Role::operator_ && call.caller.role != Role::operator_) {
    fields.refuse("role", "only an operator makes operators");
    return std::nullopt;
  }
  return role;
}

Result<User> find(const Call& call) {
  auto found = call.services.users.find_user(call.caller.tenant, call.id());
  if (!found) return found.error();
  if (!*found) return fail(Errc::not_found, "no such user");
  return std::move(**found);
}

/// An admin does not touch an operator's account.
Result<> check_reach(const Call& call, const User& user) {
  if (user.role == Role::operator_ && call.caller.role != Role::operator_) return fail(Errc::forbidden, "only an operator changes operators");
  return {};
}

Answer index(const Call& call) {
  auto users = call.services.users.list_users(call.caller.tenant);
  if (!users) return users.error();
  Json data = Json::array();
  for (const User& user : *users) data.push_back(to_json(call.services, user));
  return list(std::move(data), "");
}

Answer show(const Call& call) {
  const auto user = find(call);
  if (!user) return user.error();
  return json(to_json(call.services, *user));
}

asio::awaitable<Answer> create(const Call& call) {
  Fields fields(call.body);
  const std::string username = fields.need_text("username", 64);
  const std::string name = fields.need_text("name", 80);
  const auto role = role_of(fields, call);
  auto password = fields.text("password", 128);
  const bool generated = !password;
  if (generated) password = tenants::make_password();
  auto normal = tenants::normal_username(username);
  if (!normal && !username.empty()) fields.refuse("username", normal.error().text);
  const auto shown = tenants::normal_name(name);
  if (!shown && !name.empty()) fields.refuse("name", shown.error().text);
  if (const auto rules = tenants::check_password(*password, username); !rules) fields.refuse("password", rules.error().text);
  if (!fields.good()) co_return fields.problem();

  std::string plain = *password;
  auto hashed = co_await call.services.passwords.hash(std::move(plain));
  if (!hashed) co_return hashed.error();
  User user;
  user.created_at = call.services.clock.now_ms();
  user.id = make_uuid(user.created_at);
  user.tenant = call.caller.tenant;
  user.username = *normal;
  user.name = *shown;
  user.role = role.value_or(Role::agent);
  user.password_hash = std::move(*hashed);
  auto write = [&]() -> Result<> {
    auto departments = call.services.tenants.list_departments(call.caller.tenant);
    if (!departments) return departments.error();
    for (const auto& department : *departments) user.departments.push_back(department.id);
    const auto entry = call.audit("user.create", user.id.text(), dump_json({{"username", user.username}, {"role", tenants::to_string(user.role)}}));
    return call.services.users.create_user(user, entry);
  };
  const auto written = co_await blocking(call.services.pool, std::move(write));
  if (!written) {
    if (written.error().code == Errc::conflict) co_return fail(Errc::conflict, "this user name is taken", "username");
    co_return written.error();
  }
  Json body = {{"user", to_json(call.services, user)}};
  if (generated) body["password"] = *password;
  co_return json(body, 201);
}

/// Whether the tenant keeps an active admin when `changed` is as it will be. Called while no account changes.
Result<> check_last_admin(const Call& call, const User& changed) {
  auto users = call.services.users.list_users(call.caller.tenant);
  if (!users) return users.error();
  const bool other = std::any_of(users->begin(), users->end(), [&](const User& user) {
    const User& now = user.id == changed.id ? changed : user;
    return now.active && now.role == Role::admin;
  });
  const bool had = std::any_of(users->begin(), users->end(), [](const User& user) { return user.active && user.role == Role::admin; });
  if (had && !other) return fail(Errc::conflict, "this is the last active admin; make another one first");
  return {};
}

Answer change(const Call& call) {
  Fields fields(call.body);
  auto name = fields.text("name", 80, 1);
  const auto role = role_of(fields, call);
  const auto active = fields.boolean("active");
  const auto capacity = fields.integer("capacity", 0, 1000);
  if (name) {
    auto shown = tenants::normal_name(*name);
    if (shown) name = *shown;
    else fields.refuse("name", shown.error().text);
  }
  if (!fields.good()) return fields.problem();
  Json detail = Json::object();
  for (const char* field : {"name", "role", "active", "capacity"})
    if (call.body.contains(field)) detail[field] = call.body[field];

  bool revoked = false;
  bool banned = false;
  const auto edit = [&](User& user) -> Result<> {
    if (auto reach = check_reach(call, user); !reach) return reach;
    revoked = (role && *role != user.role) || (active && *active != user.active);
    banned = active && !*active;
    if (name) user.name = *name;
    if (role) user.role = *role;
    if (active) user.active = *active;
    if (capacity) user.capacity = static_cast<int>(*capacity);
    if (revoked) ++user.gen;
    return check_last_admin(call, user);
  };
  auto changed = call.services.user_writer.change(call.caller.tenant, call.id(), call.audit("user.update", call.id().text(), dump_json(detail)), edit);
  if (!changed) return changed.error();
  if (revoked) call.services.close_user(changed->id, banned);
  call.services.agents_changed(call.caller.tenant);
  return json(to_json(call.services, *changed));
}

asio::awaitable<Answer> reset_password(const Call& call) {
  std::string password = tenants::make_password();
  std::string plain = password;
  auto hashed = co_await call.services.passwords.hash(std::move(plain));
  if (!hashed) co_return hashed.error();
  auto write = [&] {
    return call.services.user_writer.change(call.caller.tenant, call.id(), call.audit("user.reset_password", call.id().text()),
                                            [&](User& user) -> Result<> {
                                              if (auto reach = check_reach(call, user); !reach) return reach;
                                              user.password_hash = *hashed;
                                              ++user.gen;
                                              return {};
                                            });
  };
  const auto written = co_await blocking(call.services.pool, std::move(write));
  if (!written) co_return written.error();
  call.services.close_user(written->id, false);
  co_return json({{"password", password}});
}
}  // namespace

void add_users(Routes& routes) {
  routes.add("GET", "/api/v1/users", Action::read_users, index);
  routes.add_slow("POST", "/api/v1/users", Action::write_users, create);
  routes.add("GET", "/api/v1/users/{id}", Action::read_users, show);
  routes.add("PATCH", "/api/v1/users/{id}", Action::write_users, change);
  routes.add_slow("POST", "/api/v1/users/{id}/password", Action::write_users, reset_password);
}

}  // namespace hotdesk::api
