#include "app/web_pages.hpp"

#include <filesystem>

#include "net/static_files.hpp"
#include "observe/log.hpp"

namespace hotdesk::app {
namespace {

namespace fs = std::filesystem;

/// `<folder>/<app>` as installed, or `<folder>/<app>/dist` in a source tree.
std::string folder_of(const std::string& folder, const std::string& app) {
  const fs::path built = fs::path(folder) / app / "dist";
  std::error_code ignored;
  return (fs::is_directory(built, ignored) ? built : fs::path(folder) / app).string();
}

std::shared_ptr<const net::StaticFiles> load(net::StaticOptions options, std::string_view app) {
  auto files = net::StaticFiles::load(std::move(options));
  if (files) return *files;
  log::warn("app", "a web app is missing; its pages answer 404", {{"app", std::string(app)}, {"why", files.error().text}});
  return nullptr;
}

void mount_single_page(net::Router& router, const std::string& folder, const std::string& app, const std::string& host) {
  net::StaticOptions options;
  options.folder = folder_of(folder, app);
  options.prefix = "/" + app;
  options.document_headers = [host](const net::HttpRequest& request) -> std::optional<net::Headers> {
    const std::string_view asked = request.header("Host");
    return net::Headers{{"Content-Security-Policy", content_security_policy(asked.empty() ? std::string_view(host) : asked, "'none'")}};
  };
  if (auto files = load(std::move(options), app)) router.mount("/" + app, net::StaticFiles::handler(files));
}

/// The page that frames the panel: the site's own origins, and ours for the admin's preview.
std::string frame_ancestors(const tenants::Site& site) {
  std::string out = "'self'";
  for (const auto& origin : site.allowed_origins) out += " " + origin;
  return out;
}

}  // namespace

std::string content_security_policy(std::string_view host, std::string_view frame_ancestors) {
  // A Host header is the client's word: only what can be in a host name may enter the policy.
  const bool clean = host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") == std::string_view::npos;
  std::string out =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self'; "
      "connect-src 'self'";
  if (clean && !host.empty()) out.append(" wss://").append(host);
  out += "; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; "
         "trusted-types vue dompurify; frame-ancestors ";
  out += frame_ancestors;
  return out;
}

void mount_web(net::Router& router, const std::string& folder, const std::string& public_host, SiteCache& sites, Executor& pool) {
  mount_single_page(router, folder, "admin", public_host);
  mount_single_page(router, folder, "agent", public_host);
  router.add("GET", "/", [](const net::HttpRequest&, net::Respond respond) {
    net::HttpResponse response;
    response.status = 302;
    response.set("Location", "/agent/");
    respond(std::move(response));
  });

  net::StaticOptions options;
  options.folder = folder_of(folder, "widget");
  options.single_page = false;
  options.asset_headers = {{"Cross-Origin-Resource-Policy", "cross-origin"}};
  const auto files = load(std::move(options), "widget");
  if (!files) return;
  router.mount("/widget.js", net::StaticFiles::handler(files));
  router.mount("/widget-assets", net::StaticFiles::handler(files));
  router.add("GET", "/widget/{site}", [files, &sites, &pool](const net::HttpRequest& request, net::Respond respond) {
    pool.post([&request, respond = std::move(respond), files, &sites] {
      auto site = sites.load(std::string(request.param("site")));
      if (!site) return respond(net::problem(site.error()));
      if (!*site || !(*site)->active) return respond(net::problem(404, "not_found", "no site by this code"));
      const net::Headers extra{{"Content-Security-Policy", content_security_policy(request.header("Host"), frame_ancestors(**site))}};
      auto page = files->serve(request, "panel.html", extra);
      respond(page ? std::move(*page) : net::problem(404, "not_found", "the widget is not installed"));
    });
  });
}

}  // namespace hotdesk::app
