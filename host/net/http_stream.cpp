#include "net/http_stream.hpp"

#include <array>

#include "net/blocking_stream.hpp"
#include "net/http_parser.hpp"
#include "net/http_text.hpp"

namespace hotdesk::net {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds look_every{200};

std::string head_of(const StreamingRequest& request) {
  const bool usual = request.port == (request.tls ? 443 : 80);
  const bool bracket = request.host.find(':') != std::string::npos;
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: ";
  text += bracket ? "[" + request.host + "]" : request.host;
  if (!usual) text += ":" + std::to_string(request.port);
  text += "\r\n";
  for (const auto& [name, value] : request.headers) text.append(name).append(": ").append(value).append("\r\n");
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "Connection: close\r\n\r\n";
}

Result<std::unique_ptr<BlockingStream>> connect(const StreamingRequest& request) {
  if (!request.tls) return BlockingStream::connect_plain(request.address, request.port, request.deadline);
  return BlockingStream::connect_tls(request.host, request.address, request.port, request.tls, request.deadline);
}

}  // namespace

Result<int> send_streaming(const StreamingRequest& request, const OnPiece& on_piece, const std::function<bool()>& wanted) {
  const auto late = [&] { return SteadyClock::now() >= request.deadline; };
  const auto explain = [&](Error error) { return late() ? fail(Errc::expired, "The server did not answer in time.") : std::move(error); };
  auto connected = connect(request);
  if (!connected) return explain(connected.error());
  BlockingStream& stream = **connected;
  // Also after a failed write there may be an answer: a server that refuses a long body says why before it closes.
  const auto written = stream.write(head_of(request) + request.body, request.deadline);

  HttpParser parser(HttpParser::Role::response, 64 * 1024, request.method == "HEAD");
  std::array<char, 16 * 1024> buffer{};
  std::string input;
  int status = 0;
  const auto pass_on = [&] {
    const std::string body = status == 0 ? std::string() : parser.take_body();
    return body.empty() || on_piece(status, body);
  };
  while (true) {
    const auto step = parser.feed(input);
    input.erase(0, step.consumed);
    if (step.progress == HttpParser::Progress::failed)
      return parser.failure() == 413 ? fail(Errc::too_big, "The answer is longer than allowed.") : fail(Errc::invalid, "The answer is no HTTP.");
    if (step.progress == HttpParser::Progress::header_done) {
      if (parser.status() == 100) {
        parser = HttpParser(HttpParser::Role::response, 64 * 1024, request.method == "HEAD");
        continue;
      }
      status = parser.status();
      parser.limit_body(request.max_body);
      if (const auto length = parser.content_length(); length && *length > request.max_body && request.method != "HEAD")
        return fail(Errc::too_big, "The answer is longer than allowed.");
      if (!on_piece(status, {})) return status;
      continue;
    }
    if (!pass_on()) return status;
    if (step.progress == HttpParser::Progress::done) return status;
    while (!stream.readable(std::min(request.deadline, SteadyClock::now() + look_every))) {
      if (late()) return explain({});
      if (wanted && !wanted()) return fail(Errc::conflict, "Nobody waits for the answer any more.");
    }
    const auto got = stream.read(buffer.data(), buffer.size(), request.deadline);
    if (!got) return explain(written ? got.error() : written.error());
    if (*got == 0) {
      if (parser.end()) return pass_on(), status;
      return explain(fail(Errc::busy, "The connection ended before the answer."));
    }
    input.append(buffer.data(), *got);
  }
}

}  // namespace hotdesk::net
