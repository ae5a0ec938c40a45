// The commands without a server, run as the program runs them; what they made is looked at through the rooms below.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/checks.hpp"
#include "app/cli/command.hpp"
#include "app/cli/records.hpp"
#include "app/deployment.hpp"
#include "app/open_store.hpp"
#include "app/secrets.hpp"
#include "base/clock.hpp"
#include "crypto/certificate.hpp"
#include "crypto/password.hpp"
#include "host/app/run_line.hpp"
#include "tenants/signature.hpp"

namespace hotdesk::app {
namespace {

namespace fs = std::filesystem;

class CommandLine : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "hotdesk-cli-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    config_path = (folder / "conf" / "hotdesk.json").string();
  }
  void TearDown() override { fs::remove_all(folder); }

  Ran run(std::vector<std::string> words) const { return run_line(std::move(words), config_path); }
  Json init() const {
    const Ran ran = run({"init", "--host", "localhost:9443", "--port", "9443", "--agent", "ann", "--json"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    return ran.json();
  }
  Config config() const { return load_config(config_path).value(); }

  fs::path folder;
  std::string config_path;
};

std::string rights(const std::string& path) {
  struct stat info {};
  ::stat(path.c_str(), &info);
  std::ostringstream out;
  out << std::oct << (info.st_mode & 0777);
  return out.str();
}

TEST_F(CommandLine, InitMakesEverythingAndPrintsItOnce) {
  const Json made = init();
  EXPECT_EQ(made["address"], "https://localhost:9443");
  EXPECT_EQ(made["admin"]["username"], "admin");
  EXPECT_EQ(made["agent"]["username"], "ann");
  EXPECT_EQ(made["site"]["code"].get<std::string>().size(), 12U);

  const Config config = this->config();
  EXPECT_EQ(rights(config.data_dir), "700");
  EXPECT_EQ(rights((folder / "keys/master.key").string()), "400");
  EXPECT_EQ(rights(config.tls.key), "400");

  auto offline = open_offline(config);
  ASSERT_TRUE(offline) << offline.error().text;
  const auto admin = offline->store->users().find_user_by_name("admin");
  ASSERT_TRUE(admin && *admin);
  EXPECT_TRUE(crypto::verify_password((*admin)->password_hash, made["admin"]["password"].get<std::string>()));
  EXPECT_FALSE(crypto::verify_password((*admin)->password_hash, "something else"));
  EXPECT_EQ((*admin)->departments.size(), 1U);
  const auto site = offline->store->sites().find_site_by_code(made["site"]["code"].get<std::string>());
  ASSERT_TRUE(site && *site);
  EXPECT_EQ((*site)->keys.at(0).secret, made["site"]["key"]["secret"]);
}

TEST_F(CommandLine, TheCertificateIsForTheHostAndThisMachine) {
  init();
  std::ifstream in(config().tls.certificate);
  std::ostringstream pem;
  pem << in.rdbuf();
  const auto info = crypto::read_certificate(pem.str());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->subject, "localhost");
  EXPECT_NE(std::find(info->names.begin(), info->names.end(), "127.0.0.1"), info->names.end());
}

TEST_F(CommandLine, InitAgainIsRefusedAndChangesNothing) {
  const Json made = init();
  const Ran again = run({"init"});
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.err.find("set up already"), std::string::npos) << again.err;
  auto offline = open_offline(config());
  ASSERT_TRUE(offline);
  EXPECT_TRUE(crypto::verify_password((*offline->store->users().find_user_by_name("admin"))->password_hash, made["admin"]["password"].get<std::string>()));
}

TEST_F(CommandLine, InitCarriesOnWhereOneWasCutOff) {
  ASSERT_EQ(run({"init", "--admin", "x"}).status, 1);  // too short a name, found out only after tenant and site were made
  const Ran again = run({"init", "--json"});
  ASSERT_EQ(again.status, 0) << again.err;
  auto offline = open_offline(config());
  ASSERT_TRUE(offline);
  const auto tenants = offline->store->tenants().list_tenants();
  ASSERT_TRUE(tenants);
  ASSERT_EQ(tenants->size(), 1U);
  EXPECT_EQ(offline->store->sites().list_sites(tenants->front().id)->size(), 1U);
}

TEST_F(CommandLine, ALostMasterKeyIsNeverReplaced) {
  init();
  const std::string key = (folder / "keys/master.key").string();
  ASSERT_TRUE(fs::remove(key));
  const Ran again = run({"init"});
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.err.find("master key is gone"), std::string::npos) << again.err;
  EXPECT_FALSE(fs::exists(key));
}

TEST_F(CommandLine, ACommandWaitsForNobodyWhoHasTheDataFolder) {
  init();
  auto held = store::DataFolderLock::acquire(config().data_dir);
  ASSERT_TRUE(held);
  const Ran ran = run({"user", "list"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.err.find("data"), std::string::npos) << ran.err;
}

TEST_F(CommandLine, WithoutADatabaseACommandMakesNone) {
  fs::create_directories(folder / "conf");
  std::ofstream(config_path) << "{}";
  const Ran ran = run({"user", "list"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.err.find("hotdesk init"), std::string::npos) << ran.err;
  EXPECT_FALSE(fs::exists(folder / "data"));
}

TEST_F(CommandLine, AccountsAreAddedListedAndGetNewPasswords) {
  init();
  const Ran added = run({"user", "add", "Bob", "--name", "Bob 客服", "--json"});
  ASSERT_EQ(added.status, 0) << added.err;
  EXPECT_EQ(added.json()["user"]["username"], "bob");
  const Ran twice = run({"user", "add", "bob"});
  EXPECT_EQ(twice.status, 1);
  EXPECT_NE(twice.err.find("taken"), std::string::npos);

  const Ran listed = run({"user", "list", "--json"});
  EXPECT_EQ(listed.json()["data"].size(), 3U);

  const Ran fresh = run({"user", "passwd", "bob", "--json"});
  ASSERT_EQ(fresh.status, 0) << fresh.err;
  EXPECT_NE(fresh.json()["password"], added.json()["password"]);
  auto offline = open_offline(config());
  ASSERT_TRUE(offline);
  const auto bob = offline->store->users().find_user_by_name("bob");
  EXPECT_TRUE(crypto::verify_password((*bob)->password_hash, fresh.json()["password"].get<std::string>()));
  EXPECT_FALSE(crypto::verify_password((*bob)->password_hash, added.json()["password"].get<std::string>()));
  EXPECT_EQ((*bob)->gen, 1) << "what was logged in with the old password ends";
  const auto log = offline->store->logs().list_audit((*bob)->tenant, "", 50);
  ASSERT_TRUE(log);
  EXPECT_TRUE(std::any_of(log->items.begin(), log->items.end(), [](const auto& entry) { return entry.action == "user.password" && entry.target == "bob"; }));
}

TEST_F(CommandLine, ATicketIsASetThatTheServerTakes) {
  const Json made = init();
  const Config config = this->config();
  const Ran staff = run({"user", "ticket", "ann", "--json"});
  ASSERT_EQ(staff.status, 0) << staff.err;
  const Ran visitors = run({"user", "ticket", "--visitor", "--count", "3", "--json"});
  ASSERT_EQ(visitors.status, 0) << visitors.err;
  ASSERT_EQ(visitors.json()["data"].size(), 3U);

  auto offline = open_offline(config);
  ASSERT_TRUE(offline);
  const auto site = offline->store->sites().find_site_by_code(made["site"]["code"].get<std::string>());
  ASSERT_TRUE(site && *site);
  FakeClock before(staff.json()["connect"]["ts"].get<std::int64_t>() * 1000 - 60'000);  // a server that started a minute ago
  const tenants::ConnectSigner signer(offline->master_key, config.public_host, before);
  before.advance(60'000);
  const auto check = [&](const Json& set) {
    const auto parsed = tenants::parse_connect_set([&](std::string_view name) -> std::optional<std::string> {
      const Json& value = set.at(std::string(name));
      return value.is_string() ? value.get<std::string>() : value.dump();
    });
    return parsed ? signer.check(*parsed, **site) : Result<tenants::Caller>(parsed.error());
  };
  const auto agent = check(staff.json()["connect"]);
  ASSERT_TRUE(agent) << agent.error().text;
  EXPECT_EQ(agent->role, tenants::Role::agent);
  const auto visitor = check(visitors.json()["data"][0]["connect"]);
  ASSERT_TRUE(visitor) << visitor.error().text;
  EXPECT_EQ(visitor->role, tenants::Role::visitor);
  EXPECT_NE(visitors.json()["data"][0]["connect"]["user"], visitors.json()["data"][1]["connect"]["user"]);

  Json forged = staff.json()["connect"];
  forged["role"] = "admin";
  EXPECT_FALSE(check(forged));
}

TEST_F(CommandLine, SelfHostedHasOneTenant) {
  init();
  EXPECT_EQ(run({"tenant", "create", "Second"}).status, 1);
  std::ifstream in(config_path);
  std::ostringstream text;
  text << in.rdbuf();
  in.close();
  std::string changed = text.str();
  changed.replace(changed.find("SelfHosted"), 10, "SaaS");
  std::ofstream(config_path, std::ios::trunc) << changed;
  ASSERT_EQ(run({"tenant", "create", "Second"}).status, 0);
  EXPECT_EQ(run({"tenant", "list", "--json"}).json()["data"].size(), 2U);
  const Ran which = run({"user", "add", "carol"});
  EXPECT_EQ(which.status, 1);
  EXPECT_NE(which.err.find("--tenant"), std::string::npos) << which.err;
  EXPECT_EQ(run({"user", "add", "carol", "--tenant", "Second"}).status, 0);
}

TEST_F(CommandLine, TheServerRefusesTenantsThatDoNotGoWithItsMode) {
  const Json made = init();
  Config config = this->config();
  auto offline = open_offline(config);
  ASSERT_TRUE(offline);
  auto& tenants = offline->store->tenants();
  EXPECT_TRUE(check_deployment(config, tenants));
  config.tenant_id = made["tenant"]["id"];
  EXPECT_TRUE(check_deployment(config, tenants));
  config.tenant_id = "01900000-0000-7000-8000-000000000000";
  const auto stranger = check_deployment(config, tenants);
  ASSERT_FALSE(stranger);
  EXPECT_NE(stranger.error().text.find(made["tenant"]["id"].get<std::string>()), std::string::npos) << "says what there is";

  config.tenant_id.clear();
  const SystemClock clock;
  ASSERT_TRUE(cli::make_tenant(*offline->store, clock, "Second"));
  EXPECT_FALSE(check_deployment(config, tenants));
  config.deployment_mode = DeploymentMode::saas;
  EXPECT_TRUE(check_deployment(config, tenants));
}

TEST_F(CommandLine, WrongUsageIsTwoAndHelpIsZero) {
  EXPECT_EQ(run({"bogus"}).status, 2);
  EXPECT_EQ(run({"user"}).status, 2);
  EXPECT_EQ(run({"user", "add"}).status, 2);
  EXPECT_EQ(run({"user", "add", "x", "--role", "king"}).status, 2);
  EXPECT_EQ(run({"user", "ticket"}).status, 2);
  EXPECT_EQ(run({"plugin", "canary", "a", "1.0.0", "101"}).status, 2);
  EXPECT_EQ(run({"--help"}).status, 0);
  EXPECT_EQ(run({"version"}).status, 0);
  EXPECT_EQ(run({"user", "list"}).status, 1);  // no configuration there
}

TEST_F(CommandLine, ErrorsForMachinesAreJson) {
  const Ran ran = run({"user", "list", "--json"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.json()["error"]["code"], "not_found");
  EXPECT_TRUE(ran.err.empty());
}

// hotdesk check, part by part: each can say that something is wrong.

TEST_F(CommandLine, CheckFindsWhatIsWrong) {
  init();
  Config config = this->config();
  EXPECT_EQ(check_data_folder(config).verdict, Verdict::good);
  EXPECT_EQ(check_master_key(config).verdict, Verdict::good);
  EXPECT_EQ(check_certificate(config).verdict, Verdict::good);
  EXPECT_EQ(check_database(config).verdict, Verdict::good);

  fs::permissions(config.data_dir, fs::perms::owner_all | fs::perms::others_read);
  EXPECT_EQ(check_data_folder(config).verdict, Verdict::warning);
  EXPECT_EQ(check_websocket(config).verdict, Verdict::bad) << "no server runs";
  EXPECT_EQ(check_pages(config).verdict, Verdict::bad);

  Config other = config;
  other.tls.certificate = (folder / "none.crt").string();
  EXPECT_EQ(check_certificate(other).verdict, Verdict::bad);
  const auto pair = crypto::make_self_signed({"localhost"}, 5);
  ASSERT_TRUE(pair);
  std::ofstream(folder / "short.crt") << pair->certificate;
  std::ofstream(folder / "short.key") << pair->key;
  other.tls.certificate = (folder / "short.crt").string();
  EXPECT_EQ(check_certificate(other).verdict, Verdict::bad) << "the key is another one's";
  other.tls.key = (folder / "short.key").string();
  EXPECT_EQ(check_certificate(other).verdict, Verdict::warning) << "five days left";

  other.limits.connections = 1'000'000;
  EXPECT_EQ(check_descriptors(other).verdict, Verdict::warning);
  fs::permissions(folder / "keys/master.key", fs::perms::owner_read | fs::perms::others_read);
  EXPECT_EQ(check_master_key(config).verdict, Verdict::bad);
}

TEST_F(CommandLine, CheckIsNonZeroAndSaysWhatToDo) {
  init();
  const Ran ran = run({"check", "--json"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.json()["good"], false);
  const Json report = ran.json();
  for (const Json& check : report["checks"]) {
    if (check["verdict"] == "BAD") {
      EXPECT_FALSE(check["advice"].get<std::string>().empty()) << check.dump();
    }
  }
}

}  // namespace
}  // namespace hotdesk::app
