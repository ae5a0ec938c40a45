#include "app/local_server.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <nlohmann/json.hpp>

namespace hotdesk::app {
namespace {

bool answers(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool open = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return open;
}

Errc kind_of(int status) {
  switch (status) {
    case 400: case 422: return Errc::invalid;
    case 401: return Errc::unauthorized;
    case 403: return Errc::forbidden;
    case 404: return Errc::not_found;
    case 409: case 412: return Errc::conflict;
    case 413: return Errc::too_big;
    case 429: return Errc::limited;
    case 503: return Errc::busy;
    default: return Errc::internal;
  }
}

Error problem_of(const net::HttpResponse& response) {
  auto body = parse_json(response.content());
  std::string text;
  if (body) {
    text = find_string(*body, "detail").value_or(find_string(*body, "title").value_or(""));
    if (const auto errors = body->find("errors"); body->is_object() && errors != body->end() && errors->is_array())
      for (const Json& entry : *errors) {
        const auto message = find_string(entry, "message").value_or("");
        if (!message.empty() && text.find(message) != std::string::npos) continue;  // the detail says it already
        text += (text.empty() ? "" : "; ") + find_string(entry, "field").value_or("") + ": " + message;
      }
  }
  if (text.empty()) text = "the server answered " + std::to_string(response.status);
  return fail(kind_of(response.status), std::move(text));
}

}  // namespace

std::optional<LocalServer> LocalServer::find(const Config& config) {
  if (!answers(config.socket_path())) return std::nullopt;
  net::HttpClientOptions options;
  options.unix_socket = config.socket_path();
  options.timeout_ms = 60'000;  // a swap drains first
  return LocalServer(net::HttpClient(std::move(options)));
}

Result<Json> LocalServer::call(std::string_view method, std::string_view target, std::string_view body, std::string_view type) {
  net::Headers headers{{"Accept", "application/json"}};
  if (!body.empty()) headers.emplace_back("Content-Type", std::string(type));
  auto response = client_.request(method, target.starts_with("/api/") ? std::string(target) : "/api/v1" + std::string(target), body, headers);
  if (!response) return response.error();
  if (response->status >= 400) return problem_of(*response);
  if (response->content().empty()) return Result<Json>(boost::system::in_place_value, Json());
  return parse_json(response->content());
}

Result<Json> LocalServer::list(std::string target) {
  Json rows = Json::array();
  std::string cursor;
  do {
    auto page = call("GET", cursor.empty() ? target : target + (target.find('?') == std::string::npos ? "?" : "&") + "cursor=" + cursor);
    if (!page) return page.error();
    const auto data = page->find("data");
    if (!page->is_object() || data == page->end() || !data->is_array()) return fail(Errc::internal, "the server's answer is no list");
    rows.insert(rows.end(), data->begin(), data->end());
    cursor.clear();
    if (const auto meta = page->find("meta"); meta != page->end()) cursor = find_string(*meta, "next_cursor").value_or("");
  } while (!cursor.empty());
  return Result<Json>(boost::system::in_place_value, std::move(rows));
}

}  // namespace hotdesk::app
