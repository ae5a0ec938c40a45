#pragma once
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/tls_context.hpp"

namespace hotdesk::net {

/// What a try on the connection gave.
struct Attempt {
  enum class Want : std::uint8_t { nothing, read, write } want = Want::nothing;
  boost::system::error_code failure;
  std::size_t bytes = 0;
};

/// A connected socket with TLS on it, or without (the unix socket): an AsyncReadStream and AsyncWriteStream.
///
/// Beside OpenSSL's own state an idle connection holds 512 bytes. A BIO of ours reads with recv() through that small
/// buffer and writes with send(MSG_NOSIGNAL); waiting for input is an async_receive *into* it. Writes are flattened, so a
/// buffer sequence leaves as one TLS record. One read and one write may be under way at a time; never completes inline.
/// Thread: its loop.
class Stream {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, executor_type>;
  static constexpr std::size_t record_bytes = 16 * 1024;  ///< the most one write takes: one TLS record
  static constexpr std::size_t small_bytes = 512;

  /// Without TLS when `tls` is null. `server_name` is the client's SNI and the name the certificate must bear.
  Stream(Socket socket, SSL_CTX* tls, bool server, const std::string& server_name = {});
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&&) noexcept = default;
  ~Stream();

  executor_type get_executor() noexcept { return core_->socket.get_executor(); }
  Socket& socket() noexcept { return core_->socket; }

  /// While corked, writes are kept (up to a record) and leave together with the first write after uncorking: whoever corks
  /// must write once more. Never cork without a further write at hand.
  void cork(bool on) noexcept { core_->corked = on; }
  /// Bytes taken by the kernel since the beginning; for "has it moved?".
  std::uint64_t bytes_sent() const noexcept { return core_->sent; }
  /// The first received byte, after async_fill().
  unsigned char first_byte() const noexcept { return static_cast<unsigned char>(core_->in[core_->in_begin]); }
  /// Why the handshake failed, for people; empty when it did not.
  std::string handshake_error() const { return core_->tls_error; }

  /// Sends close_notify and FIN, without waiting. Nothing may be written afterwards.
  void shutdown() noexcept;
  /// Cuts. What is under way completes with operation_aborted.
  void close() noexcept;
  /// What is under way completes with operation_aborted; the connection stays usable.
  void cancel() noexcept;

  /// void(error_code): the first bytes are in the small buffer, not yet looked at by TLS.
  template <class Handler>
  void async_fill(Handler&& handler) {
    boost::asio::async_compose<Handler, void(boost::system::error_code)>(FillOp{*core_}, handler, core_->socket);
  }
  /// void(error_code)
  template <class Handler>
  void async_handshake(Handler&& handler) {
    boost::asio::async_compose<Handler, void(boost::system::error_code)>(HandshakeOp{*core_}, handler, core_->socket);
  }
  /// void(error_code): reads and forgets until the peer's end, at most 256 KiB, so that closing with unread input does not
  /// reset the connection under our last words. Bounded in time by the caller's close().
  template <class Handler>
  void async_drain(Handler&& handler) {
    boost::asio::async_compose<Handler, void(boost::system::error_code)>(DrainOp{*core_}, handler, core_->socket);
  }
  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    boost::asio::mutable_buffer first;
    for (auto it = boost::asio::buffer_sequence_begin(buffers); it != boost::asio::buffer_sequence_end(buffers); ++it) {
      first = boost::asio::mutable_buffer(*it);
      if (first.size() > 0) break;
    }
    return boost::asio::async_compose<Handler, void(boost::system::error_code, std::size_t)>(ReadOp{*core_, first}, handler,
                                                                                            core_->socket);
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_compose<Handler, void(boost::system::error_code, std::size_t)>(
        WriteOp<Buffers>{*core_, buffers}, handler, core_->socket);
  }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  /// On the heap, because the BIO points here while the stream moves from the HTTP session into the WebSocket.
  struct Core {
    explicit Core(Socket s) : socket(std::move(s)) {}
    Socket socket;
    std::unique_ptr<SSL, FreeSsl> ssl;
    std::string out;            ///< corked bytes, not yet given to TLS
    std::string tls_error;
    std::uint64_t sent = 0;
    int socket_error = 0;       ///< errno of a failed recv or send
    std::uint16_t in_begin = 0;
    std::uint16_t in_end = 0;
    bool receiving = false;     ///< an async_receive into `in` is under way: nobody else may read the socket
    bool dry = false;           ///< the last recv() gave less than asked: trying again would only say EAGAIN
    bool eof = false;
    bool broken = false;        ///< TLS failed fatally: only closing is left
    bool corked = false;
    std::array<char, small_bytes> in;

    Attempt try_handshake();
    Attempt try_read(boost::asio::mutable_buffer buffer);
    /// `data` is `out` followed by the caller's bytes; Attempt::bytes counts the whole.
    Attempt try_write(const char* data, std::size_t size);
    Attempt judge(int result);
    /// After an async_receive into `in`.
    void received(boost::system::error_code failure, std::size_t bytes);
    /// Bytes from the small buffer or the socket: >0, 0 end, -1 failed, -2 later.
    long receive(char* to, std::size_t size);
    long transmit(const char* from, std::size_t size);
    template <class Self>
    void wait(Attempt::Want want, Self&& self) {
      // A second reader (TLS wants input while writing) only waits for readiness; the receive in front of it takes the data.
      if (want == Attempt::Want::write) return socket.async_wait(Socket::wait_write, std::forward<Self>(self));
      if (receiving) return socket.async_wait(Socket::wait_read, std::forward<Self>(self));
      receiving = true;
      socket.async_receive(boost::asio::buffer(in), std::forward<Self>(self));
    }
  };

  struct BioAccess;

  /// Where the common steps of an operation live: try, wait, try again; then complete, by post if it never waited.
  enum class Step : std::uint8_t { start, receiving, waiting, posted };

  struct FillOp {
    Core& core;
    Step step = Step::start;
    template <class Self>
    void operator()(Self& self, boost::system::error_code failure = {}, std::size_t bytes = 0) {
      if (step == Step::receiving) {
        core.received(failure, bytes);
        return self.complete(failure);
      }
      step = Step::receiving;
      core.receiving = true;
      core.socket.async_receive(boost::asio::buffer(core.in), std::move(self));
    }
  };

  struct HandshakeOp {
    Core& core;
    Step step = Step::start;
    boost::system::error_code result{};
    template <class Self>
    void operator()(Self& self, boost::system::error_code failure = {}, std::size_t bytes = 0) {
      if (step == Step::posted) return self.complete(result);
      if (step == Step::receiving) core.received(failure, bytes);
      if (failure && failure != boost::asio::error::eof) return self.complete(failure);
      const Attempt attempt = core.try_handshake();
      if (attempt.want != Attempt::Want::nothing) {
        step = attempt.want == Attempt::Want::read && !core.receiving ? Step::receiving : Step::waiting;
        return core.wait(attempt.want, std::move(self));
      }
      if (step != Step::start) return self.complete(attempt.failure);
      result = attempt.failure;
      step = Step::posted;
      boost::asio::post(core.socket.get_executor(), std::move(self));
    }
  };

  struct ReadOp {
    Core& core;
    boost::asio::mutable_buffer buffer;
    Step step = Step::start;
    boost::system::error_code result{};
    template <class Self>
    void operator()(Self& self, boost::system::error_code failure = {}, std::size_t bytes = 0) {
      if (step == Step::posted) return self.complete(result, buffer.size());
      if (step == Step::receiving) core.received(failure, bytes);
      if (failure && failure != boost::asio::error::eof) return self.complete(failure, 0);
      const Attempt attempt = core.try_read(buffer);
      if (attempt.want != Attempt::Want::nothing) {
        step = attempt.want == Attempt::Want::read && !core.receiving ? Step::receiving : Step::waiting;
        return core.wait(attempt.want, std::move(self));
      }
      if (step != Step::start) return self.complete(attempt.failure, attempt.bytes);
      result = attempt.failure;
      buffer = boost::asio::mutable_buffer(buffer.data(), attempt.bytes);
      step = Step::posted;
      boost::asio::post(core.socket.get_executor(), std::move(self));
    }
  };

  /// One per thread: a write needs its flattened bytes only during the call, and a repeated one is flattened again.
  static std::array<char, record_bytes>& scratch() noexcept;

  template <class Buffers>
  struct WriteOp {
    Core& core;
    Buffers buffers;
    std::size_t done = 0;
    Step step = Step::start;
    boost::system::error_code result{};

    Attempt write() {
      const std::size_t size = boost::asio::buffer_size(buffers);
      if (core.corked && core.out.size() + size < record_bytes) {
        auto& kept = core.out;
        const std::size_t before = kept.size();
        kept.resize(before + size);
        boost::asio::buffer_copy(boost::asio::buffer(kept.data() + before, size), buffers);
        return {Attempt::Want::nothing, {}, size};
      }
      auto& flat = scratch();
      const std::size_t before = core.out.size();
      core.out.copy(flat.data(), before);
      const std::size_t after = boost::asio::buffer_copy(boost::asio::buffer(flat.data() + before, record_bytes - before), buffers);
      Attempt attempt = core.try_write(flat.data(), before + after);
      if (attempt.want != Attempt::Want::nothing || attempt.failure) return attempt;
      if (attempt.bytes < before) {  // plain sockets only: a TLS record goes whole
        core.out.erase(0, attempt.bytes);
        attempt.bytes = 0;
        return attempt;
      }
      std::string().swap(core.out);
      attempt.bytes -= before;
      return attempt;
    }

    template <class Self>
    void operator()(Self& self, boost::system::error_code failure = {}) {
      if (step == Step::posted) return self.complete(result, done);
      if (failure) return self.complete(failure, 0);
      const Attempt attempt = write();
      if (attempt.want != Attempt::Want::nothing) {
        step = Step::waiting;
        const auto kind = attempt.want == Attempt::Want::write ? Socket::wait_write : Socket::wait_read;
        return core.socket.async_wait(kind, std::move(self));
      }
      if (step != Step::start) return self.complete(attempt.failure, attempt.bytes);
      result = attempt.failure;
      done = attempt.bytes;
      step = Step::posted;
      boost::asio::post(core.socket.get_executor(), std::move(self));
    }
  };

  struct DrainOp {
    Core& core;
    Step step = Step::start;
    std::size_t left = 256 * 1024;
    template <class Self>
    void operator()(Self& self, boost::system::error_code failure = {}, std::size_t bytes = 0) {
      if (step == Step::receiving) {
        core.received(failure, bytes);
        core.in_begin = core.in_end = 0;
        left -= bytes < left ? bytes : left;
        if (failure || left == 0) return self.complete(failure);
      }
      step = Step::receiving;
      core.receiving = true;
      core.socket.async_receive(boost::asio::buffer(core.in), std::move(self));
    }
  };

  std::unique_ptr<Core> core_;
};

}  // namespace hotdesk::net
