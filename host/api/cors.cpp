#include "api/cors.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hotdesk::api {

bool may_speak(const Options& options, const net::HttpRequest& request, const tenants::Site& site) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty() || is_own_origin(options, request, origin)) return true;
  const std::string lower = to_lower_ascii(origin);
  return std::find(site.allowed_origins.begin(), site.allowed_origins.end(), lower) != site.allowed_origins.end();
}

void allow_origin(const net::HttpRequest& request, net::HttpResponse& response) {
  const std::string_view origin = request.header("Origin");
  response.add("Vary", "Origin");
  if (!origin.empty()) response.set("Access-Control-Allow-Origin", std::string(origin));
}

Answer preflight(const Call& call) {
  net::HttpResponse response;
  response.status = 204;
  allow_origin(call.http, response);
  response.set("Access-Control-Allow-Methods", "POST");
  response.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.set("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace hotdesk::api
