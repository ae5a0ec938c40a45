#include "net/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>

namespace asio = boost::asio;

namespace hotdesk::net {

namespace {

constexpr int accepts_per_turn = 64;             ///< then the loop's other work gets its turn
constexpr unsigned user_timeout_ms = 45'000;     ///< unacknowledged data for that long: the peer is gone

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::size_t emptiest(Server::Core& core) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < core.per_loop.size(); ++i)
    if (core.per_loop[i].open.load(std::memory_order_relaxed) < core.per_loop[best].open.load(std::memory_order_relaxed)) best = i;
  return best;
}

}  // namespace

Server::Core::Listener::Listener(std::weak_ptr<Server::Core> core, asio::io_context& io, int socket, bool local)
    : core_(std::move(core)), socket_(io, socket), timer_(io), local_(local) {}

void Server::Core::Listener::run() {
  if (waiting_ || closed_) return;
  waiting_ = true;
  socket_.async_wait(asio::posix::descriptor_base::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& failure) {
                       self->waiting_ = false;
                       if (!failure) self->accept_some();
                     });
}

void Server::Core::Listener::wake() {
  asio::post(timer_.get_executor(), [self = shared_from_this()] { self->run(); });
}

void Server::Core::Listener::pause(int milliseconds) {
  timer_.expires_after(std::chrono::milliseconds(milliseconds));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& failure) {
    if (!failure) self->run();
  });
}

void Server::Core::Listener::close() {
  closed_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

void Server::Core::Listener::accept_some() {
  const auto core = core_.lock();
  if (!core || closed_) return;
  for (int i = 0; i < accepts_per_turn; ++i) {
    // What we don't accept waits in the kernel's backlog, which costs us nothing; 100 ms in case nobody wakes us.
    if (!local_ && core->handshakes_now.load() >= core->config.limits.handshakes) return pause(100);
    if (!accept_one(*core)) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return pause(100);
      break;
    }
  }
  run();
}

bool Server::Core::Listener::accept_one(Server::Core& core) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int fd = ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return errno == ECONNABORTED || errno == EINTR;
  ++core.counters.accepted;
  Arrival arrival;
  arrival.socket = fd;
  arrival.local = local_;
  if (local_) {
    ucred credentials{};
    socklen_t length = sizeof credentials;
    arrival.owner = ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 &&
                    (credentials.uid == 0 || credentials.uid == ::geteuid());
    arrival.exempt = true;
  } else if (const auto address = address_of(reinterpret_cast<const sockaddr&>(peer))) {
    arrival.address = *address;
  }
  if (!local_) arrival.verdict = core.admission.admit(arrival.address, steady_ms(), arrival.exempt);
  bool admitted = arrival.verdict != Verdict::drop;
  if (admitted && !local_ && !core.admission.begin_handshake(arrival.address, arrival.exempt)) {
    core.admission.release(arrival.address);
    admitted = false;
  }
  if (!admitted) {
    ++core.counters.dropped;
    ::close(fd);
    return true;
  }
  if (!local_) {
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
    ++core.handshakes_now;
  }
  const std::size_t loop = emptiest(core);
  ++core.per_loop[loop].open;
  core.loops.post(loop, [shared = core.shared_from_this(), loop, arrival] { start_http(shared, loop, arrival); });
  return true;
}

}  // namespace hotdesk::net
