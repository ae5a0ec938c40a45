#include "net/http_client.hpp"

#include <array>
#include <chrono>

#include "net/blocking_stream.hpp"
#include "net/http_parser.hpp"
#include "net/http_text.hpp"

namespace hotdesk::net {

struct HttpClient::Connection {
  std::unique_ptr<BlockingStream> stream;
  std::string input;   ///< read and not yet parsed
  bool used = false;   ///< served a request before: the server may have closed it meanwhile
};

HttpClient::HttpClient(HttpClientOptions options) : options_(std::move(options)) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<> HttpClient::open() {
  if (connection_) return {};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.timeout_ms);
  auto made = std::make_unique<Connection>();
  if (!options_.unix_socket.empty()) {
    auto stream = BlockingStream::connect_unix(options_.unix_socket);
    if (!stream) return stream.error();
    made->stream = std::move(*stream);
  } else {
    auto tls = make_client_tls(options_.ca_file, options_.insecure);
    if (!tls) return tls.error();
    auto stream = BlockingStream::connect_tls(options_.host, options_.address, options_.port, *tls, deadline);
    if (!stream) return stream.error();
    made->stream = std::move(*stream);
  }
  connection_ = std::move(made);
  return {};
}

Result<HttpResponse> HttpClient::request(std::string_view method, std::string_view target, std::string_view body,
                                         const Headers& headers) {
  const bool was_used = connection_ && connection_->used;
  if (auto opened = open(); !opened) return opened.error();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options_.timeout_ms);
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  const std::string host = options_.port == 443 ? options_.host : options_.host + ':' + std::to_string(options_.port);
  if (find_header(headers, "host").empty()) text.append("Host: ").append(host).append("\r\n");
  for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  text.append("\r\n").append(body);

  HttpParser parser(HttpParser::Role::response, 64 * 1024, method == "HEAD");
  bool answered = false;
  const auto give_up = [&](Error error) -> Result<HttpResponse> {
    connection_.reset();
    // A kept connection that ended without a byte: the server had closed it. Once more, on a fresh one.
    if (was_used && !answered) return request(method, target, body, headers);
    return error;
  };
  // Also after a failed write there may be an answer: a server that refuses a long body says why before it closes.
  const auto written = connection_->stream->write(text, deadline);
  std::array<char, 16 * 1024> piece{};
  HttpResponse response;
  bool keep = true;
  while (true) {
    auto step = parser.feed(connection_->input);
    connection_->input.erase(0, step.consumed);
    if (step.progress == HttpParser::Progress::failed) return give_up(fail(Errc::invalid, "The answer is no HTTP, or too big."));
    if (step.progress == HttpParser::Progress::header_done) {
      response.status = parser.status();
      if (response.status == 100) {
        parser = HttpParser(HttpParser::Role::response, 64 * 1024, method == "HEAD");
        continue;
      }
      parser.limit_body(options_.max_body);
      if (const auto length = parser.content_length(); length && *length > options_.max_body && method != "HEAD")
        return give_up(fail(Errc::too_big, "The answer is longer than allowed."));
      continue;
    }
    if (step.progress == HttpParser::Progress::done) break;
    auto got = connection_->stream->read(piece.data(), piece.size(), deadline);
    if (!got) return give_up(written ? got.error() : written.error());
    if (*got == 0) {
      keep = false;
      if (parser.end()) break;
      return give_up(fail(Errc::busy, "The connection ended before the answer."));
    }
    answered = true;
    connection_->input.append(piece.data(), *got);
  }
  response.headers = parser.headers();
  keep = keep && parser.keep_alive();
  response.body = parser.take_body();
  connection_->used = true;
  if (!keep) connection_.reset();
  return response;
}

Result<HttpResponse> HttpClient::post_json(std::string_view target, std::string_view body, Headers headers) {
  headers.emplace_back("Content-Type", "application/json");
  return request("POST", target, body, headers);
}

}  // namespace hotdesk::net
