#include "net/router.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <stdexcept>

namespace hotdesk::net {

struct Router::Route {
  HttpHandler handler;
  RouteOptions options;
  std::vector<std::string> names;  ///< of the `{name}` parts, in order
};

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
  std::unique_ptr<Node> any;
  std::map<std::string, Route, std::less<>> methods;
};

struct Router::Mount {
  std::string prefix;  ///< without the last '/'
  HttpHandler handler;
};

namespace {

constexpr std::size_t unknown_body = 64 * 1024;
constexpr std::size_t max_depth = 32;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

template <class Node>
const Node* descend(const Node& node, const std::vector<std::string_view>& parts, std::size_t at,
                    std::vector<std::string>* values) {
  if (at == parts.size()) return node.methods.empty() ? nullptr : &node;
  if (const auto found = node.literal.find(parts[at]); found != node.literal.end())
    if (const Node* hit = descend(*found->second, parts, at + 1, values)) return hit;
  if (!node.any || parts[at].empty()) return nullptr;
  const std::size_t before = values ? values->size() : 0;
  if (values) values->emplace_back(parts[at]);
  const Node* hit = descend(*node.any, parts, at + 1, values);
  if (!hit && values) values->resize(before);
  return hit;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(std::string_view method, std::string_view pattern, HttpHandler handler, RouteOptions options) {
  if (pattern.empty() || pattern.front() != '/' || !handler) throw std::logic_error("route " + std::string(pattern));
  Route route{std::move(handler), options, {}};
  Node* node = root_.get();
  const auto parts = split(pattern);
  if (parts.size() > max_depth) throw std::logic_error("route too deep: " + std::string(pattern));
  for (const std::string_view part : parts) {
    const bool named = part.size() > 2 && part.front() == '{' && part.back() == '}';
    if (named) route.names.emplace_back(part.substr(1, part.size() - 2));
    if (!named && part.find_first_of("{}") != std::string_view::npos)
      throw std::logic_error("route " + std::string(pattern));
    auto& next = named ? node->any : node->literal[std::string(part)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (!node->methods.try_emplace(std::string(method), std::move(route)).second)
    throw std::logic_error("route twice: " + std::string(method) + ' ' + std::string(pattern));
}

void Router::mount(std::string_view prefix, HttpHandler handler) {
  if (prefix.empty() || prefix.front() != '/' || !handler) throw std::logic_error("mount " + std::string(prefix));
  if (prefix.back() == '/') prefix.remove_suffix(1);
  mounts_.push_back({std::string(prefix), std::move(handler)});
  std::stable_sort(mounts_.begin(), mounts_.end(),
                   [](const Mount& a, const Mount& b) { return a.prefix.size() > b.prefix.size(); });
}

const Router::Node* Router::find(std::string_view path, std::vector<std::string>* values) const {
  if (path.empty() || path.front() != '/') return nullptr;
  const auto parts = split(path);
  if (parts.size() > max_depth) return nullptr;
  return descend(*root_, parts, 0, values);
}

const Router::Mount* Router::find_mount(std::string_view path) const {
  for (const Mount& mount : mounts_)
    if (path.starts_with(mount.prefix) && (path.size() == mount.prefix.size() || path[mount.prefix.size()] == '/'))
      return &mount;
  return nullptr;
}

std::size_t Router::max_body(std::string_view method, std::string_view path) const {
  const Node* node = find(path, nullptr);
  if (!node) return unknown_body;
  const auto route = node->methods.find(method);
  return route == node->methods.end() ? unknown_body : route->second.options.max_body;
}

void Router::route(HttpRequest& request, Respond respond) const {
  std::vector<std::string> values;
  const Node* node = find(request.path, &values);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const HttpHandler* handler = nullptr;
  if (node) {
    auto found = node->methods.find(request.method);
    if (found == node->methods.end() && request.method == "HEAD") found = node->methods.find("GET");
    if (found != node->methods.end()) {
      const Route& route = found->second;
      if (route.options.local_only && !request.local) return respond(problem(404, "not_found", "There is nothing at this path."));
      for (std::size_t i = 0; i < values.size() && i < route.names.size(); ++i)
        request.params.emplace_back(route.names[i], std::move(values[i]));
      handler = &route.handler;
    }
  }
  if (!handler && reads) {
    if (const Mount* mount = find_mount(request.path)) handler = &mount->handler;
  }
  if (!handler && node) {
    std::string allow;
    bool local_only = true;
    for (const auto& [method, route] : node->methods) {
      allow += (allow.empty() ? "" : ", ") + method + (method == "GET" && !node->methods.contains("HEAD") ? ", HEAD" : "");
      local_only = local_only && route.options.local_only;
    }
    if (!local_only || request.local) {
      HttpResponse refusal = problem(405, "method_not_allowed", "This path takes " + allow + ".");
      return respond(std::move(refusal.set("Allow", allow)));
    }
  }
  if (!handler) return respond(problem(404, "not_found", "There is nothing at this path."));
  try {
    (*handler)(request, respond);
  } catch (const std::exception&) {
    // Counts only if the handler had not answered yet. what() may hold users' data, so it stays here.
    respond(problem(500, "internal", "The server failed to answer this request."));
  }
}

}  // namespace hotdesk::net
