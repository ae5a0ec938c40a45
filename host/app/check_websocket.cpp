// The WebSocket path as a visitor's browser takes it: TLS, upgrade, signature, hello, welcome. Writes no row.
#include <chrono>
#include <fstream>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/checks.hpp"
#include "app/cli/people.hpp"
#include "app/local_server.hpp"
#include "app/secrets.hpp"
#include "base/clock.hpp"
#include "base/id.hpp"
#include "net/loops.hpp"
#include "net/ws_client.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::app {
namespace {

constexpr int patience_s = 10;

/// Says hello and waits for the welcome; keeps `done` exactly once.
class Greeter final : public net::WebSocketHandler {
 public:
  explicit Greeter(std::shared_ptr<std::promise<Result<>>> done) : done_(std::move(done)) {}

  void on_open(net::WebSocket& socket) override {
    socket_ = &socket;
    const SystemClock clock;
    const Json hello{{"t", "hello"}, {"ver", 1}, {"dev", make_uuid(clock.now_ms()).text()}, {"caps", Json::array()}};
    socket.send(std::make_shared<const std::string>(dump_json(hello)));
  }
  void on_text(std::string_view text) override {
    const auto frame = parse_json(text);
    const auto type = frame ? find_string(*frame, "t").value_or("") : "";
    if (type == "welcome") finish({});
    if (type == "err") finish(fail(Errc::internal, "the server answered hello with " + find_string(*frame, "code").value_or("an error")));
    if (finished_) socket_->close(1000, "");
  }
  void on_binary(std::string_view) override {}
  void on_closed(std::uint16_t code, bool) override {
    finish(fail(Errc::internal, "the server closed the connection with " + std::to_string(code)));
  }

 private:
  void finish(Result<> result) {
    if (finished_) return;
    finished_ = true;
    done_->set_value(std::move(result));
  }
  std::shared_ptr<std::promise<Result<>>> done_;
  net::WebSocket* socket_ = nullptr;
  bool finished_ = false;
};

std::uint16_t port_of(const Config& config) {
  std::int64_t port = config.listen.port;
  if (port == 0) std::ifstream(config.port_file()) >> port;
  return static_cast<std::uint16_t>(port);
}

std::string connect_query(const tenants::ConnectSet& set) {
  return "/ws?site=" + set.site + "&role=" + set.role + "&user=" + set.user + "&ts=" + std::to_string(set.ts) + "&nonce=" + set.nonce +
         "&kid=" + set.kid + "&sig=" + set.sig;
}

Result<> greet(const Config& config, const std::string& target) {
  auto done = std::make_shared<std::promise<Result<>>>();
  auto answer = done->get_future();
  net::Loops loops(1, "check");
  net::WsConnector connector(loops, "", true);
  net::WsTarget to;
  to.host = config.public_host.substr(0, config.public_host.rfind(':'));
  to.port = port_of(config);
  const bool everywhere = config.listen.address == "0.0.0.0" || config.listen.address == "::";
  to.address = everywhere ? "127.0.0.1" : config.listen.address;
  to.target = target;
  to.subprotocols = {"hotdesk.v1"};
  to.timeout_s = patience_s;
  connector.connect(0, std::move(to), std::make_unique<Greeter>(done), [done](net::WsRefusal refusal) {
    Error error = refusal.error;
    if (refusal.status != 0) error.text = "the upgrade was refused with " + std::to_string(refusal.status) + ": " + error.text;
    done->set_value(std::move(error));
  });
  if (answer.wait_for(std::chrono::seconds(2 * patience_s)) != std::future_status::ready) return fail(Errc::busy, "no welcome in time");
  return answer.get();
}

}  // namespace

Check check_websocket(const Config& config) {
  Check check{"websocket", Verdict::bad, {}, {}};
  if (!LocalServer::find(config)) {
    check.found = "no server answers on " + config.socket_path();
    check.advice = "start it: `hotdesk serve`, systemctl start hotdesk or supervisorctl start hotdesk";
    return check;
  }
  const auto sites = cli::find_sites(config, config.tenant_id);
  if (!sites || sites->empty()) {
    check.found = sites ? "the tenant has no site to connect through" : sites.error().text;
    check.advice = "make one in the admin panel, under Sites";
    return check;
  }
  const auto master = load_master_key(config);
  if (!master) {
    check.found = master.error().text;
    check.advice = "run this check as the server's user";
    return check;
  }
  const SystemClock clock;
  const tenants::ConnectSigner signer(*master, config.public_host, clock);
  const auto set = signer.sign_visitor(find_string(sites->front(), "site").value_or(""), make_uuid(clock.now_ms()));
  const auto begun = clock.steady_ms();
  if (const auto greeted = greet(config, connect_query(set)); !greeted) {
    check.found = greeted.error().text;
    check.advice = "look at the server's log; public_host must be the name that browsers use";
    return check;
  }
  check.verdict = Verdict::good;
  check.found = "welcome on port " + std::to_string(port_of(config)) + " after " + std::to_string(clock.steady_ms() - begun) + " ms";
  return check;
}

}  // namespace hotdesk::app
