#include "api/connect_json.hpp"

#include <nlohmann/json.hpp>

namespace hotdesk::api {

Json to_json(const tenants::ConnectSet& set) {
  return {{"site", set.site}, {"role", set.role}, {"user", set.user}, {"ts", set.ts}, {"nonce", set.nonce}, {"kid", set.kid}, {"sig", set.sig}};
}

}  // namespace hotdesk::api
