#include "net/http_parser.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/optional.hpp>
#include <utility>
#include <variant>

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace hotdesk::net {

struct HttpParser::Impl {
  std::variant<http::request_parser<http::string_body>, http::response_parser<http::string_body>> parser;
  bool header_told = false;

  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) {
    return std::visit(std::forward<Visitor>(visitor), parser);
  }
};

namespace {

int status_for(const beast::error_code& failure) {
  if (failure == http::error::header_limit || failure == http::error::buffer_overflow) return 431;
  if (failure == http::error::body_limit) return 413;
  if (failure == http::error::bad_version) return 505;
  if (failure == http::error::bad_transfer_encoding) return 501;
  return 400;
}

}  // namespace

HttpParser::HttpParser(Role role, std::size_t header_limit, bool head_reply) : impl_(std::make_unique<Impl>()) {
  if (role == Role::response) {
    auto& parser = impl_->parser.emplace<1>();
    parser.skip(head_reply);
  }
  impl_->visit([&](auto& parser) {
    parser.header_limit(static_cast<std::uint32_t>(header_limit));
    // The limit depends on the route, which only the header tells: see limit_body().
    parser.body_limit(boost::none);
    parser.eager(false);
  });
}

HttpParser::~HttpParser() = default;
HttpParser::HttpParser(HttpParser&&) noexcept = default;
HttpParser& HttpParser::operator=(HttpParser&&) noexcept = default;

HttpParser::Step HttpParser::feed(std::string_view bytes) {
  return impl_->visit([&](auto& parser) -> Step {
    Step step;
    while (true) {
      if (parser.is_header_done() && !impl_->header_told) {
        impl_->header_told = true;
        parser.eager(true);
        step.progress = Progress::header_done;
        return step;
      }
      if (parser.is_done()) {
        step.progress = Progress::done;
        return step;
      }
      if (step.consumed == bytes.size()) return step;
      beast::error_code failure;
      step.consumed += parser.put(boost::asio::buffer(bytes.substr(step.consumed)), failure);
      if (failure == http::error::need_more) return step;
      if (failure) {
        failure_ = status_for(failure);
        step.progress = Progress::failed;
        return step;
      }
    }
  });
}

bool HttpParser::end() {
  return impl_->visit([](auto& parser) {
    if (!parser.got_some()) return false;
    beast::error_code failure;
    if (!parser.is_done()) parser.put_eof(failure);
    return !failure && parser.is_done();
  });
}

void HttpParser::limit_body(std::size_t bytes) {
  impl_->visit([&](auto& parser) { parser.body_limit(std::uint64_t{bytes}); });
}

std::string HttpParser::method() const {
  return std::string(std::get<0>(impl_->parser).get().method_string());
}
std::string HttpParser::target() const { return std::string(std::get<0>(impl_->parser).get().target()); }
int HttpParser::status() const { return static_cast<int>(std::get<1>(impl_->parser).get().result_int()); }
bool HttpParser::http_1_1() const {
  return impl_->visit([](auto& parser) { return parser.get().version() == 11; });
}
bool HttpParser::keep_alive() const {
  return impl_->visit([](auto& parser) { return parser.keep_alive(); });
}
std::optional<std::uint64_t> HttpParser::content_length() const {
  return impl_->visit([](auto& parser) -> std::optional<std::uint64_t> {
    const auto length = parser.content_length();
    if (!length) return std::nullopt;
    return *length;
  });
}
bool HttpParser::chunked() const {
  return impl_->visit([](auto& parser) { return parser.chunked(); });
}
Headers HttpParser::headers() const {
  return impl_->visit([](auto& parser) {
    Headers headers;
    for (const auto& field : parser.get()) headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    return headers;
  });
}
std::string HttpParser::take_body() {
  return impl_->visit([](auto& parser) { return std::exchange(parser.get().body(), {}); });
}

}  // namespace hotdesk::net
