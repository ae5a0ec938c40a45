#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.hpp"

namespace hotdesk::net {

/// One message, fed piece by piece; Beast's parser behind a plain face. Thread: one.
class HttpParser {
 public:
  enum class Role : std::uint8_t { request, response };
  enum class Progress : std::uint8_t {
    more,         ///< needs more bytes
    header_done,  ///< told once: the header is whole, the body may follow
    done,
    failed,       ///< see failure()
  };
  struct Step {
    Progress progress = Progress::more;
    std::size_t consumed = 0;
  };

  /// `header_limit` bytes; `head_reply`: a response to HEAD, without a body.
  HttpParser(Role role, std::size_t header_limit, bool head_reply = false);
  ~HttpParser();
  HttpParser(HttpParser&&) noexcept;
  HttpParser& operator=(HttpParser&&) noexcept;

  /// Unconsumed bytes must be given again, with more behind them.
  Step feed(std::string_view bytes);
  /// The peer ended its side: whether the message is whole (a response may end so).
  bool end();
  /// After header_done: the most the body may have; a longer one fails with 413.
  void limit_body(std::size_t bytes);

  /// The HTTP status that answers the failure: 400, 413, 431, 501 or 505.
  int failure() const noexcept { return failure_; }

  // After header_done:
  std::string method() const;
  std::string target() const;
  int status() const;
  bool http_1_1() const;
  bool keep_alive() const;
  std::optional<std::uint64_t> content_length() const;
  bool chunked() const;
  Headers headers() const;
  /// What came of the body since the last call; the whole of it when asked once, after done.
  std::string take_body();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  int failure_ = 0;
};

}  // namespace hotdesk::net
