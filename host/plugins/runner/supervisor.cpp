#include "plugins/runner/supervisor.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace hotdesk::plugins::runner {

using namespace std::chrono_literals;

Supervisor::Supervisor() : wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([this] { run(); }) {}

Supervisor::~Supervisor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
  close(wake_fd_);
}

void Supervisor::wake() noexcept {
  const std::uint64_t one = 1;
  const ssize_t ignored = write(wake_fd_, &one, sizeof one);
  (void)ignored;
}

void Supervisor::add(std::shared_ptr<Runner> runner) {
  {
    const std::lock_guard lock(mutex_);
    runners_.push_back(runner);
    added_.push_back(std::move(runner));
  }
  wake();
}

void Supervisor::release(const std::shared_ptr<Runner>& runner) {
  {
    const std::lock_guard lock(mutex_);
    std::erase(runners_, runner);
    released_.push_back(runner);
  }
  wake();
}

std::shared_ptr<Runner> Supervisor::find(const Uuid& tenant, const std::string& plugin, const std::string& version) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(runners_.rbegin(), runners_.rend(), [&](const auto& one) {
    const auto& of = one->blueprint();
    return of.parts.tenant == tenant && of.plugin == plugin && of.version == version;
  });
  return found != runners_.rend() ? *found : nullptr;
}

void Supervisor::run() {
  pthread_setname_np(pthread_self(), "runners");
  while (round()) {
  }
}

bool Supervisor::round() {
  bool stopping = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto& one : added_) mine_.push_back(std::move(one));
    added_.clear();
    stopping = stopping_;
    for (const auto& one : released_) one->begin_end();
    released_.clear();
  }
  if (stopping)
    for (const auto& one : mine_) one->begin_end();

  auto next = Runner::Steady::time_point::max();
  const auto now = Runner::Steady::now();
  for (const auto& one : mine_) next = std::min(next, one->step(now));
  std::erase_if(mine_, [](const auto& one) { return one->ended(); });
  if (stopping && mine_.empty()) return false;

  std::vector<pollfd> fds{{wake_fd_, POLLIN, 0}};
  std::vector<std::shared_ptr<Runner>> of;
  for (const auto& one : mine_) {
    const auto& session = one->session();
    if (!session) continue;
    auto& socket = session->link().socket();
    of.push_back(one);
    fds.push_back({session->hung_up() ? -1 : socket.fd(), static_cast<short>(POLLIN | (socket.has_queued() ? POLLOUT : 0)), 0});
    fds.push_back({session->process().error_fd(), POLLIN, 0});
    fds.push_back({session->process().pidfd(), POLLIN, 0});
  }
  int wait = -1;
  if (next != Runner::Steady::time_point::max())
    wait = static_cast<int>(std::clamp<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(next - Runner::Steady::now()).count(), 0, 1000));
  poll(fds.data(), fds.size(), wait);

  std::uint64_t count = 0;
  if (fds[0].revents != 0) {
    const ssize_t ignored = read(wake_fd_, &count, sizeof count);
    (void)ignored;
  }
  for (std::size_t i = 0; i < of.size(); ++i) {
    const auto session = of[i]->session();
    if (fds[3 * i + 2].revents != 0) session->process().read_errors();
    const bool dead = fds[3 * i + 3].revents != 0;
    if (fds[3 * i + 1].revents != 0 || dead) session->read_socket();
    if ((fds[3 * i + 1].revents & POLLHUP) != 0 && !dead) session->hang_up();
    if (!dead) continue;
    if (const auto death = session->process().try_reap()) of[i]->died(*death);
  }
  return true;
}

}  // namespace hotdesk::plugins::runner
