#pragma once
#include <string>

#include "app/site_cache.hpp"
#include "base/executor.hpp"
#include "base/result.hpp"
#include "net/router.hpp"

namespace hotdesk::app {

/// Mounts the built web apps from `folder` (admin/, agent/, widget/, each as its build made it): /admin/, /agent/, the widget's
/// loader /widget.js, its document /widget/{site} framed by that site's allowed origins alone, and /widget-assets/.
/// A missing app is logged and answered 404: the server is whole without its pages.
void mount_web(net::Router& router, const std::string& folder, const std::string& public_host, SiteCache& sites, Executor& pool);

/// The Content-Security-Policy of a document of ours; `frame_ancestors` is "'none'" or a list of origins.
std::string content_security_policy(std::string_view host, std::string_view frame_ancestors);

}  // namespace hotdesk::app
