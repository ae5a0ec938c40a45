#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http.hpp"

namespace hotdesk::net {

struct StaticOptions {
  std::string folder;
  /// Cut off the request's path before the look-up: "/admin" serves `/admin/app.js` from `<folder>/app.js`.
  std::string prefix;
  /// Unknown paths without an extension, or opened as a page (Accept: text/html), get index.html: client-side routes.
  bool single_page = true;
  std::size_t max_bytes = 64 * 1024 * 1024;  ///< of all files together, as read
  std::size_t max_files = 4'000;
  /// Further headers of a document (.html): its Content-Security-Policy first of all. nullopt: 404 (no such site).
  /// Called on the loop for every document request; must not block.
  std::function<std::optional<Headers>(const HttpRequest&)> document_headers;
  /// Further headers of everything else, e.g. {"Cross-Origin-Resource-Policy", "cross-origin"} for the widget's loader.
  Headers asset_headers;
};

/// A folder held in memory since load(): nothing outside it, and no file made later, can be reached by any path.
/// Strong ETags; `<name>.br` and `<name>.gz` beside a file are served as its encodings, gzip is made at load where it
/// saves something. Names that carry a hash (`name-0a1b2c3d.js`) are immutable, documents and the rest revalidate.
class StaticFiles {
 public:
  /// Errc::not_found: no such folder; Errc::too_big. Symbolic links are not followed.
  static Result<std::shared_ptr<const StaticFiles>> load(StaticOptions options);

  /// Answers one path relative to the folder ("" = index.html), 304 included; nullopt: no such file. For handlers that decide
  /// the document's headers themselves (after an awaited look-up). `extra` replaces the options' headers.
  std::optional<HttpResponse> serve(const HttpRequest& request, std::string_view relative, const Headers& extra) const;
  /// For Router::mount(prefix, …). Holds the files.
  static HttpHandler handler(std::shared_ptr<const StaticFiles> files);
  std::size_t count() const noexcept { return files_.size(); }

 private:
  struct File;
  explicit StaticFiles(StaticOptions options);
  void respond(const HttpRequest& request, const Respond& respond) const;
  StaticOptions options_;
  std::map<std::string, std::shared_ptr<const File>, std::less<>> files_;
};

}  // namespace hotdesk::net
