#include "api/problem.hpp"

#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "observe/log.hpp"

namespace hotdesk::api {
namespace {
struct Kind {
  int status;
  const char* code;
};
Kind kind_of(Errc code) {
  switch (code) {
    case Errc::invalid: return {400, "E_INVALID"};
    case Errc::unauthorized: return {401, "E_UNAUTHORIZED"};
    case Errc::forbidden: return {403, "E_FORBIDDEN"};
    case Errc::not_found: return {404, "E_NOT_FOUND"};
    case Errc::conflict: return {409, "E_CONFLICT"};
    case Errc::too_big: return {413, "E_TOO_BIG"};
    case Errc::limited: return {429, "E_RATE"};
    case Errc::busy: return {503, "E_BUSY"};
    case Errc::storage: return {503, "E_STORE"};
    case Errc::expired: return {401, "E_EXPIRED"};
    case Errc::unsupported: return {422, "E_UNSUPPORTED"};
    case Errc::internal: return {500, "E_INTERNAL"};
  }
  return {500, "E_INTERNAL"};
}
}  // namespace

Problem to_problem(const Error& error) {
  const Kind kind = kind_of(error.code);
  Problem problem;
  problem.status = kind.status;
  problem.code = kind.code;
  problem.detail = error.text;
  if (!error.where.empty()) problem.errors.push_back({error.where, error.text});
  if (kind.status == 429 || kind.status == 503) problem.retry_after = 1;
  return problem;
}

net::HttpResponse to_response(const Problem& problem) {
  const std::string trace = to_hex(random_string(8));
  Json body = {{"type", "about:blank"},
               {"title", net::reason_phrase(problem.status)},
               {"status", problem.status},
               {"code", problem.code},
               {"detail", problem.detail},
               {"trace_id", trace}};
  for (const FieldError& error : problem.errors) body["errors"].push_back({{"field", error.field}, {"message", error.message}});
  if (problem.tries_left) body["tries_left"] = *problem.tries_left;
  if (problem.retry_after) body["retry_after"] = *problem.retry_after;
  net::HttpResponse response;
  response.status = problem.status;
  response.set("Content-Type", "application/problem+json");
  if (problem.retry_after) response.set("Retry-After", std::to_string(*problem.retry_after));
  response.body = dump_json(body);
  if (problem.status >= 500) log::warn("api", "request failed", {{"code", problem.code}, {"detail", problem.detail}, {"trace_id", trace}});
  return response;
}

}  // namespace hotdesk::api
