#pragma once
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/api.hpp"
#include "base/clock.hpp"
#include "conversations/knowledge.hpp"
#include "delivery/delivery.hpp"
#include "net/router.hpp"
#include "plugins/memory_store.hpp"
#include "plugins/plugins.hpp"
#include "store/store.hpp"

namespace hotdesk::api {

/// An answer, its body read.
struct Reply {
  int status = 0;
  nlohmann::json body;
  net::HttpResponse http;
  std::string code() const { return body.is_object() ? body.value("code", "") : ""; }
  /// The value of a Set-Cookie of that name; nullopt when none was set.
  std::optional<std::string> cookie(const std::string& name) const;
};

/// How a request proves itself.
struct As {
  std::string bearer;
  std::string cookie;
  std::string csrf;
  bool local = false;
};

/// One tenant with its people and site.
struct House {
  Uuid tenant, department;
  tenants::Site site;
  tenants::User admin, agent, agent2, operator_;
};

/// The whole of REST on the real router, store, delivery and plugins room, without a network. Time moves when told.
class ApiTest : public ::testing::Test {
 protected:
  static constexpr const char* password = "correct horse";
  ApiTest();
  ~ApiTest() override;

  /// `target` may have a query. `headers` replace the usual ones of that name.
  Reply ask(const std::string& method, const std::string& target, const nlohmann::json& body = nullptr, const As& as = {},
            const net::Headers& headers = {});
  Reply get(const std::string& target, const As& as) { return ask("GET", target, nullptr, as); }
  Reply post(const std::string& target, const nlohmann::json& body, const As& as) { return ask("POST", target, body, as); }

  As bearer(const tenants::User& user) const;
  As cookie(const tenants::User& user) const;
  /// A visitor of the house who has written nothing yet.
  As visitor(const House& house, const Uuid& id) const;
  /// The visitor says something: rows are made. @return the conversation
  Uuid open(const House& house, const Uuid& visitor, const std::string& text = "hello");
  conversations::Committed say(const House& house, const Uuid& conversation, const conversations::Actor& who, const std::string& kind,
                               const std::string& text);
  /// An article of the house; @return its id
  Uuid write_article(const House& house, const std::string& title = "Returns", const std::string& text = "Within 30 days.");
  tenants::User row(const tenants::User& user);
  std::vector<tenants::AuditEntry> audit(const House& house);
  House make_house(const std::string& name);

  std::filesystem::path folder_;
  FakeClock clock_{SystemClock{}.now_ms()};
  std::string master_ = std::string(32, 'm');
  std::vector<std::pair<Uuid, bool>> closed_;  ///< users whose sockets were closed, and whether banned
  std::string database_ = "OK";
  bool ready_ = true;
  Live live_{7, 3};

  boost::asio::thread_pool pool_{2};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<cluster::RateLimits> rates_;
  std::unique_ptr<cluster::Nonces> nonces_;
  std::unique_ptr<cluster::Presence> presence_;
  std::unique_ptr<plugins::MemoryStore> plugin_rows_;
  std::unique_ptr<plugins::Plugins> plugins_;
  std::optional<conversations::Knowledge> knowledge_;
  std::optional<tenants::Tokens> tokens_;
  std::optional<tenants::ConnectSigner> signer_;
  std::optional<tenants::UserWriter> writer_;
  std::optional<tenants::PasswordWorkers> passwords_;
  std::optional<tenants::LoginService> login_;
  std::optional<visitors::Sessions> visits_;

  struct Wire;  ///< delivery and what it needs
  std::unique_ptr<Wire> wire_;
  net::Router router_;
  std::optional<Api> api_;
  House a_, b_;
};

}  // namespace hotdesk::api
