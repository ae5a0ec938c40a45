#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/tls_context.hpp"

namespace hotdesk::net {

/// A connected socket with or without TLS for callers that may wait; every call ends at its deadline. Never raises SIGPIPE.
class BlockingStream {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static Result<std::unique_ptr<BlockingStream>> connect_unix(const std::string& path);
  /// `address` empty: `host` is resolved (which may take longer than the deadline: the resolver's own time-outs count).
  static Result<std::unique_ptr<BlockingStream>> connect_tls(const std::string& host, const std::string& address,
                                                             std::uint16_t port, const TlsContext& tls, TimePoint deadline);
  /// Without TLS. `address` is an IP address.
  static Result<std::unique_ptr<BlockingStream>> connect_plain(const std::string& address, std::uint16_t port, TimePoint deadline);
  ~BlockingStream();
  BlockingStream(const BlockingStream&) = delete;
  BlockingStream& operator=(const BlockingStream&) = delete;

  Result<> write(std::string_view bytes, TimePoint deadline);
  /// 0: the peer's end.
  Result<std::size_t> read(char* to, std::size_t size, TimePoint deadline);
  /// Whether a read may give something before `until`; false then. (Bytes that TLS holds already count.)
  bool readable(TimePoint until) const;

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  explicit BlockingStream(int socket) : socket_(socket) {}
  static Result<std::unique_ptr<BlockingStream>> connect_tcp(const std::string& name, std::uint16_t port, TimePoint deadline);
  /// Waits until the socket is readable or writable; false at the deadline.
  bool wait(short events, TimePoint deadline) const;
  /// After an SSL call that didn't succeed: true = try again.
  Result<bool> again(int result, TimePoint deadline);

  int socket_ = -1;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace hotdesk::net
