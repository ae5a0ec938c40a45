#include "app/config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/config_keys.hpp"

namespace hotdesk::app {
namespace {

namespace fs = std::filesystem;

TEST(Config, EmptyObjectHasTheDefaults) {
  const auto config = parse_config("{}");
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_EQ(config->listen.port, 8443);
  EXPECT_EQ(config->limits.frame_bytes, 65'536);
  EXPECT_EQ(config->deployment_mode, DeploymentMode::self_hosted);
}

TEST(Config, ValuesOfEveryKindArrive) {
  const auto config = parse_config(R"({
    // a comment
    "DeploymentMode": "SaaS", "TenantId": "t1", "public_host": "Chat.Example.COM:443",
    "listen": {"address": "::", "port": 0},
    "log": {"level": "debug"},
    "limits": {"exempt": ["127.0.0.1", "127.0.0.2"], "page": 50}
  })");
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_EQ(config->deployment_mode, DeploymentMode::saas);
  EXPECT_EQ(config->tenant_id, "t1");
  EXPECT_EQ(config->public_host, "chat.example.com");  // lower case, the default port left out
  EXPECT_EQ(config->listen.address, "::");
  EXPECT_EQ(config->listen.port, 0);
  EXPECT_EQ(config->log.level, "debug");
  EXPECT_EQ(config->limits.page, 50);
  EXPECT_EQ(config->limits.exempt, (std::vector<std::string>{"127.0.0.1", "127.0.0.2"}));
}

struct Refusal {
  const char* name;
  const char* text;
  const char* where;
  std::vector<const char*> words;
};
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

class Refused : public ::testing::TestWithParam<Refusal> {};

TEST_P(Refused, SaysKeyLineAndWhatIsAllowed) {
  const auto config = parse_config(GetParam().text);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().where, GetParam().where);
  for (const char* word : GetParam().words) EXPECT_NE(config.error().text.find(word), std::string::npos) << config.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    Config, Refused,
    ::testing::Values(
        Refusal{"unknown_key", "{\n  \"listen\": {\n    \"prot\": 1\n  }\n}", "line 3", {"listen.prot", "listen.port"}},
        Refusal{"unknown_top", "{\n\n\"colour\": 1}", "line 3", {"colour", "example"}},
        Refusal{"wrong_type", "{\n\"listen\": {\"port\":\n \"8443\"}}", "line 2", {"listen.port", "whole number from 0 to 65535"}},
        Refusal{"fraction", "{\"listen\": {\"port\": 1.5}}", "line 1", {"listen.port", "1.5"}},
        Refusal{"too_small", "{\"limits\":\n{\n\"window\": 0\n}}", "line 3", {"limits.window", "from 1 to 1024", "messages"}},
        Refusal{"too_large", "{\"listen\": {\"port\": 65536}}", "line 1", {"listen.port", "65535"}},
        Refusal{"beyond_64_bits", "{\"listen\": {\"port\": 18446744073709551615}}", "line 1", {"listen.port"}},
        Refusal{"negative", "{\"listen\": {\"port\": -1}}", "line 1", {"listen.port", "-1"}},
        Refusal{"null", "{\"listen\": {\"port\": null}}", "line 1", {"listen.port", "null"}},
        Refusal{"bool", "{\"listen\": {\"port\": true}}", "line 1", {"listen.port"}},
        Refusal{"word", "{\"log\": {\"level\": \"loud\"}}", "line 1", {"log.level", "\"debug\"", "loud"}},
        Refusal{"mode", "{\"DeploymentMode\": \"selfhosted\"}", "line 1", {"DeploymentMode", "SelfHosted", "SaaS"}},
        Refusal{"empty_text", "{\"data_dir\": \"\"}", "line 1", {"data_dir"}},
        Refusal{"section_is_number", "{\"listen\": 8443}", "line 1", {"listen", "object"}},
        Refusal{"key_is_object", "{\"data_dir\": {\"a\": 1}}", "line 1", {"data_dir", "object"}},
        Refusal{"list_of_numbers", "{\"limits\": {\"exempt\": [1]}}", "line 1", {"limits.exempt", "list"}},
        Refusal{"nested_list", "{\"limits\": {\"exempt\": [[\"a\"]]}}", "line 1", {"limits.exempt"}},
        Refusal{"text_for_list", "{\"limits\": {\"exempt\": \"127.0.0.1\"}}", "line 1", {"limits.exempt", "list"}},
        Refusal{"list_for_text", "{\"data_dir\": [\"a\"]}", "line 1", {"data_dir"}},
        Refusal{"twice", "{\"data_dir\": \"a\",\n\"data_dir\": \"b\"}", "line 2", {"data_dir", "twice"}},
        Refusal{"later_version", "{\n\"redis\": {\"url\": \"x\"}}", "line 2", {"redis", "this version"}},
        Refusal{"later_database", "{\"database\": \"postgresql\"}", "line 1", {"database", "SQLite"}},
        Refusal{"not_json", "{\n\"data_dir\": \"a\"\n\"run_dir\": \"b\"}", "line 3", {"not JSON"}},
        Refusal{"nothing", "", "line 1", {"not JSON"}},
        Refusal{"list", "[]", "line 1", {"object"}},
        Refusal{"number", "7", "line 1", {"object"}},
        Refusal{"behind", "{} {}", "line 1", {"not JSON"}},
        Refusal{"master_key", "{\"master_key\": \"/etc/key\"}", "master_key", {"file:PATH"}},
        Refusal{"outbox_below_lag", "{\"limits\": {\"lag_bytes\": 2000000}}", "limits.outbox_bytes", {"above", "lag_bytes"}},
        Refusal{"host_with_scheme", "{\"public_host\": \"https://a\"}", "public_host", {"https://"}}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(Config, EveryKeyHasWordsAndAValidDefault) {
  for (const ConfigKey& key : config_keys()) {
    EXPECT_FALSE(key.effect.empty()) << key.name;
    EXPECT_TRUE(key.effect.ends_with('.')) << key.name;
    if (const auto* number = std::get_if<WholeNumber>(&key.kind)) {
      Config defaults;
      EXPECT_GE(number->at(defaults), number->least) << key.name;
      EXPECT_LE(number->at(defaults), number->most) << key.name;
    }
  }
}

TEST(Config, LimitsOfTheTableAreInclusive) {
  for (const ConfigKey& key : config_keys()) {
    const auto* number = std::get_if<WholeNumber>(&key.kind);
    if (number == nullptr) continue;
    const auto dot = key.name.find('.');
    const auto make = [&](std::int64_t value) {
      std::string out = "{";
      if (dot != std::string_view::npos) out += "\"" + std::string(key.name.substr(0, dot)) + "\": {";
      out += "\"" + std::string(dot == std::string_view::npos ? key.name : key.name.substr(dot + 1)) + "\": " + std::to_string(value);
      return out + (dot == std::string_view::npos ? "}" : "}}");
    };
    // What one key's range allows may still not go with another key (where: that key, not a line).
    const auto in_range = [&](std::int64_t value) {
      const auto config = parse_config(make(value));
      return config || !config.error().where.starts_with("line ");
    };
    EXPECT_TRUE(in_range(number->least)) << key.name;
    EXPECT_TRUE(in_range(number->most)) << key.name;
    EXPECT_FALSE(parse_config(make(number->least - 1))) << key.name;
    EXPECT_FALSE(parse_config(make(number->most + 1))) << key.name;
  }
}

TEST(SetConfig, TakesTextsBareAndTheRestAsJson) {
  Config config;
  EXPECT_TRUE(set_config(config, "limits.page=50"));
  EXPECT_TRUE(set_config(config, "log.level=debug"));
  EXPECT_TRUE(set_config(config, "TenantId=a\"b"));
  EXPECT_TRUE(set_config(config, "limits.exempt=[\"127.0.0.1\"]"));
  EXPECT_EQ(config.limits.page, 50);
  EXPECT_EQ(config.log.level, "debug");
  EXPECT_EQ(config.tenant_id, "a\"b");
  EXPECT_EQ(config.limits.exempt, std::vector<std::string>{"127.0.0.1"});
}

TEST(SetConfig, RefusesAndChangesNothing) {
  Config config;
  for (const char* bad : {"limits.page", "limits.page=0", "limits.page=x", "limits.pages=5", "log.level=loud", "=1", "limits=1",
                          "limits.page=5,\"window\":9", "limits.page=5}} //"}) {
    const auto set = set_config(config, bad);
    ASSERT_FALSE(set) << bad;
    EXPECT_FALSE(set.error().text.empty());
  }
  EXPECT_EQ(write_config(config), write_config(Config{}));
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Config, ExampleFileIsTheGeneratedOne) {
  const std::string generated = make_example_config();
  const fs::path made = fs::temp_directory_path() / "hotdesk.example.json";
  if (read(fs::path(HOTDESK_SOURCE_DIR) / "conf/hotdesk.example.json") != generated) {
    std::ofstream(made, std::ios::binary) << generated;
    ADD_FAILURE() << "conf/hotdesk.example.json is not what config_keys.cpp says: cp " << made.string() << " conf/";
  }
}

TEST(Config, ExampleLoadsToTheDefaults) {
  const auto config = parse_config(make_example_config());
  ASSERT_TRUE(config) << config.error().where << config.error().text;
  EXPECT_EQ(write_config(*config), write_config(Config{}));
}

TEST(Config, WrittenConfigurationReadsBack) {
  Config config;
  config.public_host = "h:1";
  config.deployment_mode = DeploymentMode::saas;
  config.limits.exempt = {"::1", "quote\"d"};
  const auto back = parse_config(write_config(config));
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(write_config(*back), write_config(config));
  EXPECT_EQ(back->limits.exempt, config.limits.exempt);
}

class ConfigFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "hotdesk-config-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    fs::create_directories(folder / "conf");
  }
  void TearDown() override { fs::remove_all(folder); }
  std::string write(const std::string& text) {
    const auto path = folder / "conf" / "hotdesk.json";
    std::ofstream(path) << text;
    return path.string();
  }
  fs::path folder;
};

TEST_F(ConfigFile, RelativePathsStartFromItsFolder) {
  const auto config = load_config(write(R"({"data_dir": "../data", "run_dir": "/run/hotdesk", "master_key": "file:../k", "log": {"file": ""}})"));
  ASSERT_TRUE(config) << config.error().text;
  EXPECT_EQ(config->data_dir, (folder / "data").string());
  EXPECT_EQ(config->run_dir, "/run/hotdesk");
  EXPECT_EQ(config->master_key, "file:" + (folder / "k").string());
  EXPECT_EQ(config->web.path, (folder / "web").string());
  EXPECT_EQ(config->log.file, "");
}

TEST_F(ConfigFile, ErrorsNameTheFileAndTheLine) {
  const auto path = write("{\n\"x\": 1}");
  const auto config = load_config(path);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().where, path + ", line 2");
}

TEST_F(ConfigFile, MissingFileSaysWhatToDo) {
  const auto config = load_config((folder / "none.json").string());
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Errc::not_found);
  EXPECT_NE(config.error().text.find("hotdesk init"), std::string::npos);
}

}  // namespace
}  // namespace hotdesk::app
