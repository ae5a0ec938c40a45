#include "app/serve.hpp"

#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>

#include "app/wiring.hpp"
#include "observe/log.hpp"

namespace hotdesk::app {
namespace {

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warn") return log::Level::warn;
  if (name == "error") return log::Level::error;
  return log::Level::info;
}

/// A core dump would hold keys and unsealed text; the file limit is what bounds the sockets.
void prepare_process() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

}  // namespace

int serve(const Config& config) {
  prepare_process();
  log::start(level_of(config.log.level), config.log.file, false);
  // Blocked before any thread starts, so that all inherit it and sigwait alone sees them.
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);

  auto app = App::start(config);
  if (!app) {
    std::fprintf(stderr, "hotdesk: cannot start: %s%s%s\n", app.error().where.c_str(), app.error().where.empty() ? "" : ": ",
                 app.error().text.c_str());
    return 1;
  }
  std::printf("hotdesk: serving on port %u\n", static_cast<unsigned>((*app)->port()));
  std::fflush(stdout);
  for (;;) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (signal == SIGHUP) {
      if (auto done = (*app)->reload_certificate(); !done) log::error("app", "the certificate was not reloaded", {{"why", done.error().text}});
      continue;
    }
    log::info("app", "draining", {{"signal", std::to_string(signal)}});
    (*app)->drain(config.sessions.drain_spread_ms, config.sessions.drain_spread_ms + 1'000);
    (*app)->stop();
    log::info("app", "stopped");
    log::flush();
    return 0;
  }
}

}  // namespace hotdesk::app
