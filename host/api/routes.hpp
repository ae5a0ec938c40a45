#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/caller.hpp"
#include "api/idempotency.hpp"
#include "api/problem.hpp"
#include "api/services.hpp"
#include "base/json.hpp"
#include "net/router.hpp"
#include "tenants/permissions.hpp"

namespace hotdesk::api {

/// An answer; an Error becomes the problem document of its kind.
using Answer = Result<net::HttpResponse>;

/// A request whose credentials, permission and form have been judged.
struct Call {
  const net::HttpRequest& http;
  Caller caller;             ///< of an open route: empty but for `ip`
  const Json& body;          ///< always an object
  const Services& services;
  const Options& options;

  /// An id in the path; one that is no UUID is nobody's: nil.
  Uuid id(std::string_view name = "id") const;
  /// `?limit=`, 1 to 200.
  int limit(int otherwise = 50) const;
  std::string cursor() const { return std::string(http.query("cursor").value_or("")); }
  /// An audit entry by this caller. `detail` is a JSON object or empty.
  tenants::AuditEntry audit(std::string action, std::string target, std::string detail = {}) const;
};

/// Runs on a pool thread and may block.
using Handler = std::function<Answer(const Call&)>;
/// Runs on the connection's loop and must not block (hashing passwords is awaited).
using SlowHandler = std::function<boost::asio::awaitable<Answer>(const Call&)>;

struct RouteName {
  std::string method;
  std::string pattern;
  std::optional<tenants::Action> action;  ///< none: open to anybody
};

/// Registers the resources' routes: rates, credentials, permission, tenant, JSON, Idempotency-Key and problem documents are
/// done here once, so that a resource is only what it is about. Must outlive the router's use.
class Routes {
 public:
  Routes(net::Router& router, const Services& services, const Options& options);

  /// Only who may do `action` gets in. An operator without a tenant is asked for one unless `any_tenant`.
  void add(std::string method, std::string pattern, tenants::Action action, Handler handler, bool any_tenant = false);
  /// The same for a body that is application/octet-stream: bytes in `http.body`, `body` an empty object. Any tenant.
  void add_bytes(std::string method, std::string pattern, tenants::Action action, Handler handler);
  void add_slow(std::string method, std::string pattern, tenants::Action action, SlowHandler handler);
  /// Anybody.
  void open(std::string method, std::string pattern, Handler handler);
  void open_slow(std::string method, std::string pattern, SlowHandler handler);
  /// Bytes of a body of the routes added next.
  void set_body(std::size_t bytes) noexcept { body_ = bytes; }

  const std::vector<RouteName>& names() const noexcept { return names_; }
  const Options& options() const noexcept { return options_; }

 private:
  struct Route {
    RouteName name;
    Handler handler;
    SlowHandler slow;
    bool any_tenant = false;
    bool bytes = false;  ///< the body is not JSON
  };
  void put(Route route);
  boost::asio::awaitable<net::HttpResponse> serve(const Route& route, const net::HttpRequest& request);
  std::optional<Problem> check_rate(const net::HttpRequest& request) const;
  Result<Caller> admit(const Route& route, const net::HttpRequest& request) const;

  net::Router& router_;
  const Services services_;
  const Options options_;
  Idempotency idempotency_;
  std::size_t body_;
  std::vector<RouteName> names_;
};

/// 200 (or another status) with a JSON body.
net::HttpResponse json(const Json& value, int status = 200);
net::HttpResponse no_content();
/// `{data, meta{next_cursor, has_more}}`; an empty cursor ends the list.
net::HttpResponse list(Json data, const std::string& next);

}  // namespace hotdesk::api
