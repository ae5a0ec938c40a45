#pragma once
#include "api/routes.hpp"
#include "tenants/model.hpp"

namespace hotdesk::api {

/// Whether a page of this Origin may speak for the site: none sent (no browser), our own pages, or one of the site's.
bool may_speak(const Options& options, const net::HttpRequest& request, const tenants::Site& site);
/// Lets the page read the answer. Only after may_speak(): visitors' routes take no cookies, so nothing ambient is lent.
void allow_origin(const net::HttpRequest& request, net::HttpResponse& response);
/// The answer to a browser's question before a cross-origin POST. The site is not known yet; the POST itself is judged.
Answer preflight(const Call& call);

}  // namespace hotdesk::api
