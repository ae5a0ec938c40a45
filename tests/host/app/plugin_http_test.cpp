#include "app/plugin_http.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>

#include "crypto/certificate.hpp"
#include "net/server.hpp"
#include "plugins/memory_store.hpp"

namespace hotdesk::app {
namespace {

using plugins::HttpPiece;

/// What a request came to, whole.
struct Told {
  hotdesk_result code = HOTDESK_PENDING;
  int status = 0;
  std::string body;
  int pieces = 0;
};

/// Knows one secret, so that the test does not depend on what a store in memory keeps.
class Secrets final : public plugins::PluginStore {
 public:
  Result<std::vector<plugins::ReleaseRow>> list_releases() override { return rows_.list_releases(); }
  Result<> save_release(const plugins::ReleaseRow& row, const tenants::AuditEntry& audit) override { return rows_.save_release(row, audit); }
  Result<> erase_release(const std::string& component, const plugins::Scope& tenant, const tenants::AuditEntry& audit) override {
    return rows_.erase_release(component, tenant, audit);
  }
  Result<std::vector<plugins::ConfigRow>> list_configs() override { return rows_.list_configs(); }
  Result<> save_config(const plugins::ConfigRow& row, const tenants::AuditEntry& audit) override { return rows_.save_config(row, audit); }
  Result<std::vector<plugins::PolicyRow>> list_policies() override { return rows_.list_policies(); }
  Result<> save_policy(const plugins::PolicyRow& row, const tenants::AuditEntry& audit) override { return rows_.save_policy(row, audit); }
  Result<std::vector<plugins::PinRow>> list_pins(std::size_t limit) override { return rows_.list_pins(limit); }
  Result<> save_pins(const std::vector<plugins::PinRow>& pins) override { return rows_.save_pins(pins); }
  Result<> erase_pins(const std::string& component, const plugins::Scope& tenant, const std::string& version) override {
    return rows_.erase_pins(component, tenant, version);
  }
  Result<std::vector<plugins::KvEntry>> kv_list(const Uuid& tenant, const std::string& plugin, std::string_view prefix) override {
    return rows_.kv_list(tenant, plugin, prefix);
  }
  Result<std::optional<std::string>> kv_get(const Uuid& tenant, const std::string& plugin, std::string_view key) override {
    return rows_.kv_get(tenant, plugin, key);
  }
  Result<> kv_set(const Uuid& tenant, const std::string& plugin, std::string_view key, std::string_view value) override {
    return rows_.kv_set(tenant, plugin, key, value);
  }
  Result<> kv_erase(const Uuid& tenant, const std::string& plugin, std::string_view key) override { return rows_.kv_erase(tenant, plugin, key); }
  Result<std::optional<std::string>> find_secret(const Uuid&, const std::string& component, const std::string& name) override {
    if (component == "ai" && name == "KEY") return std::optional<std::string>("s3cret");
    if (component == "ai" && name == "BROKEN") return std::optional<std::string>("x\r\nInjected: 1");
    return std::optional<std::string>{};
  }

 private:
  plugins::MemoryStore rows_;
};

class PluginHttpTest : public ::testing::Test {
 protected:
  PluginHttpTest() {
    std::string name = (std::filesystem::temp_directory_path() / "plugin_http.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    const auto pair = crypto::make_self_signed({"localhost", "127.0.0.1"}).value();
    std::ofstream(folder_ / "cert.pem") << pair.certificate;
    std::ofstream(folder_ / "key.pem") << pair.key;
    net::ServerConfig config;
    config.address = "127.0.0.1";
    config.port = 0;
    config.certificate_file = (folder_ / "cert.pem").string();
    config.key_file = (folder_ / "key.pem").string();
    router_.add("POST", "/echo", [this](const net::HttpRequest& request, const net::Respond& respond) {
      authorization_ = request.header("authorization");
      respond(net::text_response(200, request.body));
    });
    router_.add("GET", "/moved", [](const net::HttpRequest&, const net::Respond& respond) {
      auto response = net::text_response(302, "");
      response.set("Location", "https://localhost/secret");
      respond(std::move(response));
    });
    router_.add("GET", "/never", [this](const net::HttpRequest&, net::Respond respond) { unanswered_.push_back(std::move(respond)); });
    server_ = std::make_unique<net::Server>(std::move(config), loops_, router_, nullptr);
    port_ = server_->start().value();
    PluginHttp::Limits limits;
    limits.ca_file = (folder_ / "cert.pem").string();
    http_ = std::make_unique<PluginHttp>(store_, limits);
    context_.plugin = "ai";
  }
  ~PluginHttpTest() override {
    http_.reset();
    server_->stop();
    unanswered_.clear();
    std::filesystem::remove_all(folder_);
  }

  std::string here(const std::string& path = "/echo") const { return "https://localhost:" + std::to_string(port_) + path; }
  std::vector<std::string> granted() const { return {"localhost:" + std::to_string(port_)}; }
  Told ask(plugins::HttpRequest request, std::optional<std::vector<std::string>> allowed = std::nullopt) {
    struct Shared {
      std::mutex mutex;
      std::condition_variable done;
      Told told;
    };
    const auto shared = std::make_shared<Shared>();
    if (request.timeout_ms == 0) request.timeout_ms = 15'000;
    http_->send(context_, allowed.value_or(granted()), std::move(request), [shared](HttpPiece piece) {
      const std::lock_guard lock(shared->mutex);
      EXPECT_EQ(shared->told.code, HOTDESK_PENDING) << "a piece after the last";
      shared->told.code = piece.code;
      if (piece.status != 0) shared->told.status = piece.status;
      shared->told.body += piece.body;
      ++shared->told.pieces;
      shared->done.notify_all();
    });
    std::unique_lock lock(shared->mutex);
    EXPECT_TRUE(shared->done.wait_for(lock, std::chrono::seconds(30), [&] { return shared->told.code != HOTDESK_PENDING; }));
    return shared->told;
  }
  static plugins::HttpRequest post(std::string url, std::string body = "{}", std::vector<std::pair<std::string, std::string>> headers = {}) {
    plugins::HttpRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.body = std::move(body);
    request.headers = std::move(headers);
    return request;
  }

  std::filesystem::path folder_;
  net::Loops loops_{1};
  net::Router router_;
  std::string authorization_;
  std::vector<net::Respond> unanswered_;
  std::unique_ptr<net::Server> server_;
  std::uint16_t port_ = 0;
  Secrets store_;
  std::unique_ptr<PluginHttp> http_;
  plugins::CallContext context_;
};

TEST_F(PluginHttpTest, AsksAndPutsSecretsIn) {
  const Told told = ask(post(here(), "{\"q\":1}", {{"Authorization", "Bearer ${secret:KEY}"}}));
  EXPECT_EQ(told.code, HOTDESK_OK);
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(told.body, "{\"q\":1}");
  EXPECT_GE(told.pieces, 2);
  EXPECT_EQ(authorization_, "Bearer s3cret");
}

TEST_F(PluginHttpTest, SecretsThatAreNoneOrWouldInjectAreNotSent) {
  EXPECT_EQ(ask(post(here(), "", {{"A", "${secret:OTHER}"}})).code, HOTDESK_E_STATE);
  EXPECT_EQ(ask(post(here(), "", {{"A", "${secret:KEY"}})).code, HOTDESK_E_INVALID);
  EXPECT_EQ(ask(post(here(), "", {{"A", "${secret:BROKEN}"}})).code, HOTDESK_E_INVALID);
  context_.plugin = "another";
  EXPECT_EQ(ask(post(here(), "", {{"A", "${secret:KEY}"}})).code, HOTDESK_E_STATE) << "another plugin's secret";
}

TEST_F(PluginHttpTest, OnlyGrantedHostsAreAsked) {
  EXPECT_EQ(ask(post(here()), std::vector<std::string>{"example.com"}).code, HOTDESK_E_DENIED);
  EXPECT_EQ(ask(post(here()), std::vector<std::string>{"localhost"}).code, HOTDESK_E_DENIED) << "without a port the usual one is meant";
  EXPECT_EQ(ask(post(here()), std::vector<std::string>{}).code, HOTDESK_E_DENIED);
  EXPECT_EQ(ask(post(here()), std::vector<std::string>{"*"}).code, HOTDESK_E_DENIED);
  EXPECT_EQ(ask(post("https://127.0.0.1:" + std::to_string(port_) + "/echo")).code, HOTDESK_E_DENIED) << "another name of the same machine";
  EXPECT_EQ(ask(post("https://127.0.0.1:" + std::to_string(port_) + "/echo"), std::vector<std::string>{"127.0.0.1:" + std::to_string(port_)}).code,
            HOTDESK_OK) << "granted as such";
}

TEST_F(PluginHttpTest, PlainTextGoesToThisMachineAlone) {
  EXPECT_EQ(ask(post("http://example.com/"), std::vector<std::string>{"example.com"}).code, HOTDESK_E_DENIED);
  EXPECT_EQ(ask(post("http://10.0.0.1/"), std::vector<std::string>{"10.0.0.1"}).code, HOTDESK_E_DENIED);
}

TEST_F(PluginHttpTest, RedirectsAreNotFollowed) {
  plugins::HttpRequest request;
  request.method = "GET";
  request.url = here("/moved");
  const Told told = ask(std::move(request));
  EXPECT_EQ(told.code, HOTDESK_OK);
  EXPECT_EQ(told.status, 302);
}

TEST_F(PluginHttpTest, WhatIsNoRequestIsRefused) {
  EXPECT_EQ(ask(post("nonsense")).code, HOTDESK_E_INVALID);
  auto request = post(here());
  request.method = "CONNECT";
  EXPECT_EQ(ask(std::move(request)).code, HOTDESK_E_INVALID);
  EXPECT_EQ(ask(post(here(), "", {{"Host", "elsewhere"}})).code, HOTDESK_E_INVALID);
  EXPECT_EQ(ask(post(here(), "", {{"A b", "x"}})).code, HOTDESK_E_INVALID);
  EXPECT_EQ(ask(post(here(), "", {{"A", "x\ny"}})).code, HOTDESK_E_INVALID);
  EXPECT_EQ(ask(post(here(), std::string(1024 * 1024 + 1, 'x'))).code, HOTDESK_E_INVALID);
}

TEST_F(PluginHttpTest, ADeadlineEndsIt) {
  plugins::HttpRequest request;
  request.method = "GET";
  request.url = here("/never");
  request.timeout_ms = 300;
  EXPECT_EQ(ask(std::move(request)).code, HOTDESK_E_TIMEOUT);
}

TEST(IsAllowed, ReadsGrantsAsTheyAreWritten) {
  const std::vector<std::string> granted = {"api.Example.com", "localhost:11434", "[::1]:8080", "10.0.0.5"};
  EXPECT_TRUE(is_allowed(granted, "api.example.com", 443, true));
  EXPECT_FALSE(is_allowed(granted, "api.example.com", 8443, true));
  EXPECT_FALSE(is_allowed(granted, "example.com", 443, true));
  EXPECT_FALSE(is_allowed(granted, "x.api.example.com", 443, true));
  EXPECT_TRUE(is_allowed(granted, "localhost", 11434, false));
  EXPECT_FALSE(is_allowed(granted, "localhost", 80, false));
  EXPECT_TRUE(is_allowed(granted, "::1", 8080, false));
  EXPECT_TRUE(is_allowed(granted, "10.0.0.5", 443, true));
}

}  // namespace
}  // namespace hotdesk::app
