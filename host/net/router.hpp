#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.hpp"

namespace hotdesk::net {

struct RouteOptions {
  std::size_t max_body = 1024 * 1024;  ///< bytes; a longer body is answered 413 before it is read
  bool local_only = false;             ///< only through the unix socket (404 elsewhere)
};

/// Which handler answers which method and path. Filled before the server starts, then only read (any thread).
class Router {
 public:
  Router();
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// `pattern` is '/'-separated; a segment `{name}` takes any one non-empty segment. A literal segment wins over a `{name}`.
  /// A GET route answers HEAD too. Throws std::logic_error for a malformed or repeated pattern (a fault of the program).
  void add(std::string_view method, std::string_view pattern, HttpHandler handler, RouteOptions options = {});
  /// GET and HEAD of `prefix` itself and everything below it that no route answers; the longest prefix wins. "/" takes all.
  void mount(std::string_view prefix, HttpHandler handler);

  /// The answer to a request: calls the handler, or answers 404 or 405 (with Allow) as problem+json.
  /// Fills request.params. Never calls `respond` more than once. A handler's exception becomes a 500.
  void route(HttpRequest& request, Respond respond) const;
  /// The route's bound on the body, known before the body is read (path decoded). Unknown routes: 64 KiB.
  std::size_t max_body(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  struct Route;
  struct Mount;
  const Node* find(std::string_view path, std::vector<std::string>* values) const;
  const Mount* find_mount(std::string_view path) const;
  std::unique_ptr<Node> root_;
  std::vector<Mount> mounts_;
};

}  // namespace hotdesk::net
