#pragma once
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "plugins/ports.hpp"
#include "plugins/services/ports.hpp"

namespace hotdesk::app {

/// Plugins' requests to the world: each waits on a thread of its own, of which there are as many as needed up to a bound.
/// Secrets are put in here and nowhere else, and never logged.
class PluginHttp final : public plugins::HttpPort {
 public:
  struct Limits {
    std::size_t threads = 32;
    std::size_t queued = 256;     ///< beyond: HOTDESK_E_OVERLOAD
    std::size_t at_once = 4;      ///< of one call
    std::uint32_t most_ms = 60'000;
    std::size_t body_in = 8 * 1024 * 1024;
    std::size_t body_out = 1024 * 1024;
    std::string ca_file;          ///< empty: the system's roots
  };
  PluginHttp(plugins::PluginStore& store, Limits limits);
  explicit PluginHttp(plugins::PluginStore& store) : PluginHttp(store, Limits{}) {}
  ~PluginHttp() override { stop(); }
  /// Takes no more, ends what waits, and returns when no thread is in a request any more.
  void stop();

  void send(const plugins::CallContext& context, const std::vector<std::string>& allowed, plugins::HttpRequest request,
            std::function<void(plugins::HttpPiece)> on_piece) override;

 private:
  struct Job {
    plugins::CallContext context;
    std::vector<std::string> allowed;
    plugins::HttpRequest request;
    std::function<void(plugins::HttpPiece)> on_piece;
    std::int64_t deadline_ms = 0;  ///< of the steady clock
  };
  void work();
  hotdesk_result perform(Job& job, std::int32_t& status);
  Result<> expand(const plugins::CallContext& context, std::string& value);
  bool enter(hotdesk_call call);
  void leave(hotdesk_call call);

  plugins::PluginStore& store_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::map<hotdesk_call, std::size_t> under_way_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Whether a granted host ("api.example.com", "localhost:11434", "[::1]:80") is this one. Without a port: 443, or of plain
/// HTTP 80.
bool is_allowed(const std::vector<std::string>& allowed, const std::string& host, std::uint16_t port, bool tls);

}  // namespace hotdesk::app
