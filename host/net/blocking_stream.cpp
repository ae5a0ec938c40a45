#include "net/blocking_stream.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "net/address.hpp"

namespace hotdesk::net {

namespace {

// OpenSSL's own socket BIO writes with write(2), which raises SIGPIPE; a command-line tool would just vanish.
int bio_read(BIO* bio, char* to, std::size_t size, std::size_t* got) {
  BIO_clear_retry_flags(bio);
  const int fd = *static_cast<int*>(BIO_get_data(bio));
  const ssize_t count = ::recv(fd, to, size, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (count <= 0) return 0;
  *got = static_cast<std::size_t>(count);
  return 1;
}
int bio_write(BIO* bio, const char* from, std::size_t size, std::size_t* put) {
  BIO_clear_retry_flags(bio);
  const int fd = *static_cast<int*>(BIO_get_data(bio));
  const ssize_t count = ::send(fd, from, size, MSG_NOSIGNAL);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  if (count <= 0) return 0;
  *put = static_cast<std::size_t>(count);
  return 1;
}
long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }
int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}
const BIO_METHOD* bio_method() {
  static BIO_METHOD* const made = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hotdesk blocking socket");
    BIO_meth_set_read_ex(m, bio_read);
    BIO_meth_set_write_ex(m, bio_write);
    BIO_meth_set_ctrl(m, bio_control);
    BIO_meth_set_create(m, bio_create);
    return m;
  }();
  return made;
}

Error no_connection(const std::string& where) {
  return fail(Errc::busy, "No connection to " + where + ": " + std::strerror(errno) + ".");
}

}  // namespace

BlockingStream::~BlockingStream() {
  if (ssl_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  ::close(socket_);
}

Result<std::unique_ptr<BlockingStream>> BlockingStream::connect_unix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path) return fail(Errc::invalid, "The socket path " + path + " is too long.");
  path.copy(name.sun_path, path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return no_connection(path);
  std::unique_ptr<BlockingStream> stream(new BlockingStream(fd));
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) return no_connection(path);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return stream;
}

Result<std::unique_ptr<BlockingStream>> BlockingStream::connect_tcp(const std::string& name, std::uint16_t port, TimePoint deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int failure = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &list); failure != 0)
    return fail(Errc::busy, "The name " + name + " cannot be resolved: " + ::gai_strerror(failure) + ".");
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, ::freeaddrinfo);
  const std::string where = name + " port " + std::to_string(port);
  std::unique_ptr<BlockingStream> stream;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    const int fd = ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) continue;
    std::unique_ptr<BlockingStream> candidate(new BlockingStream(fd));
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    int failure = ::connect(fd, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
    if (failure == EINPROGRESS) {
      socklen_t size = sizeof failure;
      if (!candidate->wait(POLLOUT, deadline)) failure = ETIMEDOUT;
      else ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size);
    }
    errno = failure;
    if (failure != 0) continue;
    stream = std::move(candidate);
    break;
  }
  if (!stream) return no_connection(where);
  return stream;
}

Result<std::unique_ptr<BlockingStream>> BlockingStream::connect_plain(const std::string& address, std::uint16_t port, TimePoint deadline) {
  return connect_tcp(address, port, deadline);
}

Result<std::unique_ptr<BlockingStream>> BlockingStream::connect_tls(const std::string& host, const std::string& address,
                                                                    std::uint16_t port, const TlsContext& tls,
                                                                    TimePoint deadline) {
  const std::string& name = address.empty() ? host : address;
  const std::string where = name + " port " + std::to_string(port);
  auto connected = connect_tcp(name, port, deadline);
  if (!connected) return connected.error();
  std::unique_ptr<BlockingStream> stream = std::move(*connected);
  stream->ssl_.reset(SSL_new(tls.get()));
  BIO* bio = BIO_new(bio_method());
  BIO_set_data(bio, &stream->socket_);
  SSL* ssl = stream->ssl_.get();
  SSL_set_bio(ssl, bio, bio);
  SSL_set_connect_state(ssl);
  if (!parse_address(host)) {
    SSL_set_tlsext_host_name(ssl, host.c_str());
    SSL_set1_host(ssl, host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  }
  while (true) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl);
    if (result == 1) return stream;
    if (auto more = stream->again(result, deadline); !more) return more.error();
    else if (!*more) return fail(Errc::busy, "The TLS handshake with " + where + " was cut off.");
  }
}

bool BlockingStream::wait(short events, TimePoint deadline) const {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd item{socket_, events, 0};
    const int ready = ::poll(&item, 1, static_cast<int>(std::min<long>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool BlockingStream::readable(TimePoint until) const {
  if (ssl_ && SSL_has_pending(ssl_.get()) == 1) return true;
  return wait(POLLIN, until);
}

Result<bool> BlockingStream::again(int result, TimePoint deadline) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      if (wait(POLLIN, deadline)) return true;
      return fail(Errc::busy, "The server did not answer in time.");
    case SSL_ERROR_WANT_WRITE:
      if (wait(POLLOUT, deadline)) return true;
      return fail(Errc::busy, "The server took no more in time.");
    case SSL_ERROR_ZERO_RETURN:
    case SSL_ERROR_SYSCALL: ERR_clear_error(); return false;
    default: break;
  }
  const long verified = SSL_get_verify_result(ssl_.get());
  const std::string reason = take_tls_error();
  if (reason.find("eof") != std::string::npos) return false;
  return fail(Errc::invalid, "TLS failed: " + reason + (verified != 0 ? " (the certificate is not trusted)" : "") + ".");
}

Result<> BlockingStream::write(std::string_view bytes, TimePoint deadline) {
  while (!bytes.empty()) {
    std::size_t put = 0;
    if (ssl_) {
      ERR_clear_error();
      const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &put);
      if (result != 1) {
        auto more = again(result, deadline);
        if (!more) return more.error();
        if (!*more) return fail(Errc::busy, "The connection was lost.");
        continue;
      }
    } else {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) return fail(Errc::busy, "The connection was lost.");
      if (count < 0 && !wait(POLLOUT, deadline)) return fail(Errc::busy, "The server took no more in time.");
      put = count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    bytes.remove_prefix(put);
  }
  return {};
}

Result<std::size_t> BlockingStream::read(char* to, std::size_t size, TimePoint deadline) {
  while (true) {
    if (ssl_) {
      std::size_t got = 0;
      ERR_clear_error();
      const int result = SSL_read_ex(ssl_.get(), to, size, &got);
      if (result == 1) return got;
      auto more = again(result, deadline);
      if (!more) return more.error();
      if (!*more) return std::size_t{0};
      continue;
    }
    const ssize_t count = ::recv(socket_, to, size, 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EAGAIN && errno != EINTR) return fail(Errc::busy, "The connection was lost.");
    if (!wait(POLLIN, deadline)) return fail(Errc::busy, "The server did not answer in time.");
  }
}

}  // namespace hotdesk::net
