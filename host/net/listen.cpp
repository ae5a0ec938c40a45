#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "net/listener.hpp"

namespace hotdesk::net {

namespace {

constexpr int backlog = 4096;

/// Closes on every way out but the good one.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  int release() { return std::exchange(fd, -1); }
};

Error system_failure(const std::string& what) {
  const int code = errno;
  std::string hint;
  if (code == EADDRINUSE) hint = " Another program has it; choose another port or stop that one.";
  if (code == EACCES) hint = " Ports below 1024 need root or CAP_NET_BIND_SERVICE.";
  return fail(code == EADDRINUSE ? Errc::conflict : Errc::invalid, what + ": " + std::strerror(code) + "." + hint);
}

}  // namespace

Result<int> listen_tcp(const std::string& address, std::uint16_t& port) {
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  const bool is_v4 = inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1;
  if (!is_v4 && inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) != 1)
    return fail(Errc::invalid, "The listening address \"" + address + "\" is no IP address.");
  bool use_v4 = is_v4;
  Descriptor socket{::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (socket.fd < 0 && errno == EAFNOSUPPORT && address == "::") {
    use_v4 = true;
    socket.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }
  if (socket.fd < 0) return system_failure("No socket for " + address);
  const int yes = 1;
  const int no = 0;
  // Lets a restarted server bind while its old connections still time out; two at once are still refused.
  ::setsockopt(socket.fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (!use_v4) ::setsockopt(socket.fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  const auto* name = use_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  const socklen_t size = use_v4 ? sizeof v4 : sizeof v6;
  const std::string where = address + " port " + std::to_string(port);
  if (::bind(socket.fd, name, size) != 0) return system_failure("Cannot listen on " + where);
  if (::listen(socket.fd, backlog) != 0) return system_failure("Cannot listen on " + where);
  sockaddr_in6 bound{};
  socklen_t bound_size = sizeof bound;
  if (::getsockname(socket.fd, reinterpret_cast<sockaddr*>(&bound), &bound_size) != 0)
    return system_failure("Cannot listen on " + where);
  port = ntohs(bound.sin6_port);  // the port stands at the same place in both families
  return socket.release();
}

Result<int> listen_unix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path)
    return fail(Errc::invalid, "The socket path " + path + " is too long (107 bytes at most).");
  path.copy(name.sun_path, path.size());
  const auto* generic = reinterpret_cast<const sockaddr*>(&name);
  Descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (probe.fd >= 0 && ::connect(probe.fd, generic, sizeof name) == 0)
    return fail(Errc::conflict, "A running server already listens on " + path + ".");
  struct stat found{};
  if (::lstat(path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) return fail(Errc::conflict, path + " exists and is no socket.");
    ::unlink(path.c_str());
  }
  Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (socket.fd < 0) return system_failure("No socket for " + path);
  if (::bind(socket.fd, generic, sizeof name) != 0) return system_failure("Cannot listen on " + path);
  // Before listen(): nobody can have connected under other rights.
  if (::chmod(path.c_str(), 0600) != 0 || ::listen(socket.fd, 128) != 0) return system_failure("Cannot listen on " + path);
  return socket.release();
}

}  // namespace hotdesk::net
