#pragma once
#include "base/json.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::api {

/// `{site, role, user, ts, nonce, kid, sig}`: what a client puts into the connect query.
Json to_json(const tenants::ConnectSet& set);

}  // namespace hotdesk::api
