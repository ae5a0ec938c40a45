#pragma once
#include <memory>
#include <vector>

#include "api/routes.hpp"
#include "api/services.hpp"
#include "net/router.hpp"

namespace hotdesk::api {

/// All of REST, registered on `router`; openapi.yaml says what each route takes and gives. Must outlive the router's use.
class Api {
 public:
  Api(net::Router& router, const Services& services, const Options& options);

  /// Every route with the permission it asks for.
  const std::vector<RouteName>& routes() const noexcept { return routes_.names(); }

 private:
  Routes routes_;
};

}  // namespace hotdesk::api
