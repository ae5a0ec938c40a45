#include "net/stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace hotdesk::net {

namespace sys = boost::system;

/// The BIO under a TLS stream: recv() and send() of the stream's socket, nothing else.
struct Stream::BioAccess {
  static Core& core(BIO* bio) { return *static_cast<Core*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* to, std::size_t size, std::size_t* got) {
    BIO_clear_retry_flags(bio);
    const long result = core(bio).receive(to, size);
    if (result == -2) BIO_set_retry_read(bio);
    if (result <= 0) return 0;
    *got = static_cast<std::size_t>(result);
    return 1;
  }
  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* put) {
    BIO_clear_retry_flags(bio);
    const long result = core(bio).transmit(from, size);
    if (result == -2) BIO_set_retry_write(bio);
    if (result <= 0) return 0;
    *put = static_cast<std::size_t>(result);
    return 1;
  }
  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return core(bio).eof ? 1 : 0;
    return 0;
  }
  static int create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }
  static const BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hotdesk socket");
      BIO_meth_set_read_ex(m, read);
      BIO_meth_set_write_ex(m, write);
      BIO_meth_set_ctrl(m, control);
      BIO_meth_set_create(m, create);
      return m;
    }();
    return made;
  }
};

Stream::Stream(Socket socket, SSL_CTX* tls, bool server, const std::string& server_name)
    : core_(std::make_unique<Core>(std::move(socket))) {
  core_->socket.non_blocking(true);
  if (tls == nullptr) return;
  core_->ssl.reset(SSL_new(tls));
  BIO* bio = core_->ssl ? BIO_new(BioAccess::method()) : nullptr;
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, core_.get());
  SSL_set_bio(core_->ssl.get(), bio, bio);
  if (server) {
    SSL_set_accept_state(core_->ssl.get());
  } else {
    SSL_set_connect_state(core_->ssl.get());
    if (!server_name.empty()) {
      SSL_set_tlsext_host_name(core_->ssl.get(), server_name.c_str());
      SSL_set1_host(core_->ssl.get(), server_name.c_str());
    }
  }
}

Stream::~Stream() = default;

std::array<char, Stream::record_bytes>& Stream::scratch() noexcept {
  static thread_local std::array<char, record_bytes> buffer;
  return buffer;
}

long Stream::Core::receive(char* to, std::size_t size) {
  if (in_end > in_begin) {
    const std::size_t part = std::min<std::size_t>(size, static_cast<std::size_t>(in_end - in_begin));
    std::memcpy(to, in.data() + in_begin, part);
    in_begin = static_cast<std::uint16_t>(in_begin + part);
    return static_cast<long>(part);
  }
  if (eof) return 0;
  if (socket_error != 0) return -1;
  if (receiving || dry) return -2;
  const bool direct = size >= in.size();
  char* target = direct ? to : in.data();
  const std::size_t room = direct ? size : in.size();
  ssize_t got = -1;
  do got = ::recv(socket.native_handle(), target, room, 0);
  while (got < 0 && errno == EINTR);
  if (got < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      dry = true;
      return -2;
    }
    socket_error = errno;
    return -1;
  }
  if (got == 0) {
    eof = true;
    return 0;
  }
  dry = static_cast<std::size_t>(got) < room;
  if (direct) return got;
  in_begin = 0;
  in_end = static_cast<std::uint16_t>(got);
  return receive(to, size);
}

long Stream::Core::transmit(const char* from, std::size_t size) {
  if (socket_error != 0) return -1;
  ssize_t put = -1;
  // MSG_NOSIGNAL: a peer that is gone is an error code, not a SIGPIPE that ends the process.
  do put = ::send(socket.native_handle(), from, size, MSG_NOSIGNAL);
  while (put < 0 && errno == EINTR);
  if (put < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return -2;
    socket_error = errno;
    return -1;
  }
  sent += static_cast<std::uint64_t>(put);
  return put;
}

void Stream::Core::received(sys::error_code failure, std::size_t bytes) {
  receiving = false;
  dry = false;
  if (failure == boost::asio::error::eof) {
    eof = true;
  } else if (!failure) {
    in_begin = 0;
    in_end = static_cast<std::uint16_t>(bytes);
    dry = bytes < in.size();
  }
}

Attempt Stream::Core::judge(int result) {
  switch (SSL_get_error(ssl.get(), result)) {
    case SSL_ERROR_WANT_READ: return {Attempt::Want::read, {}, 0};
    case SSL_ERROR_WANT_WRITE: return {Attempt::Want::write, {}, 0};
    case SSL_ERROR_ZERO_RETURN: return {Attempt::Want::nothing, boost::asio::error::eof, 0};
    default: break;
  }
  broken = true;
  if (socket_error != 0) {
    ERR_clear_error();
    return {Attempt::Want::nothing, sys::error_code(socket_error, sys::system_category()), 0};
  }
  if (eof) {
    ERR_clear_error();
    return {Attempt::Want::nothing, boost::asio::error::eof, 0};
  }
  tls_error = take_tls_error();
  return {Attempt::Want::nothing, sys::errc::make_error_code(sys::errc::protocol_error), 0};
}

Attempt Stream::Core::try_handshake() {
  // The error queue is the thread's, not the connection's: what another connection left there would be ours.
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl.get());
  return result == 1 ? Attempt{} : judge(result);
}

Attempt Stream::Core::try_read(boost::asio::mutable_buffer buffer) {
  if (buffer.size() == 0) return {};
  if (!ssl) {
    const long got = receive(static_cast<char*>(buffer.data()), buffer.size());
    if (got == -2) return {Attempt::Want::read, {}, 0};
    if (got == 0) return {Attempt::Want::nothing, boost::asio::error::eof, 0};
    if (got < 0) return {Attempt::Want::nothing, sys::error_code(socket_error, sys::system_category()), 0};
    return {Attempt::Want::nothing, {}, static_cast<std::size_t>(got)};
  }
  if (broken) return {Attempt::Want::nothing, boost::asio::error::eof, 0};
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl.get(), buffer.data(), buffer.size(), &got);
  if (result == 1) return {Attempt::Want::nothing, {}, got};
  return judge(result);
}

Attempt Stream::Core::try_write(const char* data, std::size_t size) {
  if (size == 0) return {};
  if (!ssl) {
    const long put = transmit(data, size);
    if (put == -2) return {Attempt::Want::write, {}, 0};
    if (put < 0) return {Attempt::Want::nothing, sys::error_code(socket_error, sys::system_category()), 0};
    return {Attempt::Want::nothing, {}, static_cast<std::size_t>(put)};
  }
  if (broken) return {Attempt::Want::nothing, boost::asio::error::broken_pipe, 0};
  ERR_clear_error();
  std::size_t put = 0;
  const int result = SSL_write_ex(ssl.get(), data, size, &put);
  if (result == 1) {
    assert(put == size && "at most one record is offered, and a record goes whole");
    return {Attempt::Want::nothing, {}, put};
  }
  return judge(result);
}

void Stream::shutdown() noexcept {
  if (core_->ssl && !core_->broken && SSL_is_init_finished(core_->ssl.get())) {
    ERR_clear_error();
    SSL_shutdown(core_->ssl.get());
    ERR_clear_error();
  }
  sys::error_code ignored;
  core_->socket.shutdown(Socket::shutdown_send, ignored);
}

void Stream::close() noexcept {
  sys::error_code ignored;
  core_->socket.close(ignored);
}

void Stream::cancel() noexcept {
  sys::error_code ignored;
  core_->socket.cancel(ignored);
}

}  // namespace hotdesk::net
