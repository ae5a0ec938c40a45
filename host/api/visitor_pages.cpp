#include <nlohmann/json.hpp>

#include "api/cors.hpp"
#include "api/resources.hpp"
#include "api/visitor_form.hpp"
#include "api/visitor_trail.hpp"

namespace hotdesk::api {
namespace {
Answer record(const Call& call) {
  const Services& services = call.services;
  if (const std::int64_t wait = services.rates.take("page:" + call.caller.user.text(), call.options.pages); wait > 0) {
    Problem problem;
    problem.status = 429;
    problem.code = "E_RATE";
    problem.detail = "pages change too fast to be kept";
    problem.retry_after = (wait + 999) / 1000;
    return to_response(problem);
  }
  const auto page = read_page(call.body, services.clock.now_ms());
  if (page.url.empty()) return fail(Errc::invalid, "an http or https address", "url");
  auto row = services.visitors.find_visitor(call.caller.tenant, call.caller.user);
  if (!row) return row.error();
  if (!*row) {
    services.visits.add_page(call.caller.tenant, call.caller.user, page);
    return no_content();
  }
  if (auto moved = store_trail(services, call.caller.tenant, call.caller.user); !moved) return moved.error();
  if (auto kept = services.visitors.record_page(call.caller.tenant, call.caller.user, page); !kept) return kept.error();
  return no_content();
}
}  // namespace

void add_visitor_pages(Routes& routes) {
  routes.add("POST", "/api/v1/visitor/page", tenants::Action::record_page, [](const Call& call) -> Answer {
    auto answer = record(call);
    net::HttpResponse response = answer ? std::move(*answer) : to_response(to_problem(answer.error()));
    allow_origin(call.http, response);
    return response;
  });
  routes.open("OPTIONS", "/api/v1/visitor/page", preflight);
}

}  // namespace hotdesk::api
