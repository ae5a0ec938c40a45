#include "support/server_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace hotdesk::support {
namespace fs = std::filesystem;
namespace {

std::string read_file(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

ServerProcess::ServerProcess(const World& world, const std::string& overrides, std::string binary)
    : folder_(world.folder), binary_(binary.empty() ? HOTDESK_BINARY : std::move(binary)) {
  Json config{{"listen", {{"address", "127.0.0.1"}, {"port", 0}}},
              {"public_host", world.public_host},
              {"data_dir", "data"},
              {"run_dir", "run"},
              {"tls", {{"certificate", "keys/server.crt"}, {"key", "keys/server.key"}}},
              {"master_key", "file:keys/master.key"},
              {"plugins", {{"path", HOTDESK_PLUGINS}}},
              {"web", {{"path", HOTDESK_WEB}}}};
  config.merge_patch(Json::parse(overrides));
  std::ofstream(config_path()) << config.dump(2) << '\n';
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) kill9();
}

void ServerProcess::start() {
  fs::remove(folder_ / "run" / "port");
  const std::string config = config_path().string();
  const std::string log = (folder_ / "server.log").string();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves no server behind
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::execl(binary_.c_str(), binary_.c_str(), "serve", "--config", config.c_str(), nullptr);
    ::_exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    const std::string text = read_file(folder_ / "run" / "port");
    if (!text.empty() && text.back() == '\n') {
      port_ = static_cast<std::uint16_t>(std::stoi(text));
      return;
    }
    if (!running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  throw std::runtime_error("the server did not start:\n" + output());
}

bool ServerProcess::running() {
  if (pid_ <= 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

int ServerProcess::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void ServerProcess::kill9() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int ServerProcess::terminate() {
  ::kill(pid_, SIGTERM);
  return wait();
}

void ServerProcess::pause() { ::kill(pid_, SIGSTOP); }
void ServerProcess::resume() { ::kill(pid_, SIGCONT); }

std::string ServerProcess::output() const { return read_file(folder_ / "server.log"); }

std::int64_t ServerProcess::resident_bytes() const {
  std::istringstream in(read_file("/proc/" + std::to_string(pid_) + "/statm"));
  std::int64_t size = 0;
  std::int64_t resident = 0;
  in >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

std::int64_t ServerProcess::mappings() const {
  const std::string maps = read_file("/proc/" + std::to_string(pid_) + "/maps");
  return std::count(maps.begin(), maps.end(), '\n');
}

std::int64_t ServerProcess::cpu_us() const {
  const std::string stat = read_file("/proc/" + std::to_string(pid_) + "/stat");
  std::istringstream in(stat.substr(stat.rfind(')') + 2));
  std::string skip;
  for (int i = 0; i < 11; ++i) in >> skip;
  std::int64_t user = 0;
  std::int64_t system = 0;
  in >> user >> system;
  return (user + system) * 1'000'000 / ::sysconf(_SC_CLK_TCK);
}

}  // namespace hotdesk::support
