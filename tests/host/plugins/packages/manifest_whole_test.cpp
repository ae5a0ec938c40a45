#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "plugins/config_schema.hpp"
#include "plugins/manifest.hpp"
#include "plugins/packages/host_libraries.hpp"

namespace hotdesk::plugins {
namespace {

using Json = nlohmann::json;

Json whole() {
  return Json::parse(R"({
    "format": 1, "id": "org.example.polite", "version": "1.2.0", "vendor": "Example", "name": {"en": "Polite", "zh": "礼貌"},
    "license": "MIT", "abi": {"major": 1, "minor": 1},
    "platforms": [{"os": "linux", "arch": "vax", "file": "lib/p.so", "build_id": "a"},
                  {"os": "linux", "arch": "", "file": "lib/p.so", "build_id": "b", "glibc_max": "2.17", "glibcxx_max": "3.4.19"}],
    "extensions": {"provides": ["hotdesk.filter/1", "hotdesk.state/1"], "requires": ["hotdesk.call/1"], "optional": ["hotdesk.log/1"]},
    "permissions": ["kv", "messages", "http:api.example.com", "http:localhost:11434"],
    "budgets": {"sync_soft_ms": 2, "async_ms": {"responder": 20000}, "kv_bytes": 65536},
    "isolation": {"min": "runner"}, "state": {"schema": 3, "reads": [2, 3], "writes": [2, 3]},
    "upgrade_from": "1.0.0", "min_host": "0.1.0", "created": "2026-11-24T08:33:59Z", "key_id": "0123456789abcdef",
    "files": {"lib/p.so": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}})")
      .patch(Json{{{"op", "replace"}, {"path", "/platforms/1/arch"}, {"value", host_arch()}}});
}

TEST(ManifestWhole, IsRead) {
  const auto manifest = read_manifest(whole().dump());
  ASSERT_TRUE(manifest) << manifest.error().where << " " << manifest.error().text;
  EXPECT_EQ(manifest->build_id, "b");
  EXPECT_EQ(manifest->state_schema, 3U);
  EXPECT_EQ(manifest->state_reads, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(manifest->upgrade_from, "1.0.0");
  EXPECT_EQ(manifest->created, "2026-11-24T08:33:59Z");
  EXPECT_EQ(manifest->key_id, "0123456789abcdef");
  EXPECT_EQ(Json::parse(manifest->budgets).at("kv_bytes"), 65536);
}

struct Case {
  const char* name;
  const char* patch;
  const char* where;
};
class WrongPart : public ::testing::TestWithParam<Case> {};

std::string vendors_schema() {
  std::ifstream in(HOTDESK_PLUGIN_API "/manifest.schema.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The schema that vendors check their manifests with says what read_manifest() says, as far as a schema can.
TEST(ManifestSchema, TakesWhatTheHostTakes) {
  ASSERT_TRUE(check_schema(vendors_schema()));
  const auto fits = check_config(vendors_schema(), whole().dump());
  EXPECT_TRUE(fits) << fits.error().where << " " << fits.error().text;
  const auto schema = Json::parse(vendors_schema());
  const auto all = whole();  // items() keeps a reference to it
  for (const auto& [member, value] : all.items()) EXPECT_TRUE(schema.at("properties").contains(member)) << member;
  for (const auto& member : schema.at("required")) {
    auto without = whole();
    without.erase(member.get<std::string>());
    EXPECT_FALSE(read_manifest(without.dump())) << member;
  }
}

TEST(ManifestSchema, BoundsOfBudgetsAreTheHosts) {
  const auto budgets = Json::parse(vendors_schema()).at("properties").at("budgets").at("properties");
  const auto with = [](const std::string& pointer, const Json& value) {
    auto manifest = whole();
    manifest["budgets"] = Json::object();
    manifest[Json::json_pointer("/budgets" + pointer)] = value;
    return manifest.dump();
  };
  const auto compare = [&](const std::string& pointer, const Json& rule) {
    const auto least = rule.at("minimum").get<std::int64_t>();
    const auto most = rule.at("maximum").get<std::int64_t>();
    for (const auto value : {least - 1, least, most, most + 1}) {
      const bool allowed = value >= least && value <= most;
      EXPECT_EQ(bool(read_manifest(with(pointer, value))), allowed) << pointer << " " << value;
      EXPECT_EQ(bool(check_config(vendors_schema(), with(pointer, value))), allowed) << pointer << " " << value;
    }
  };
  for (const auto& [name, rule] : budgets.items()) {
    if (name != "async_ms") compare("/" + name, rule);
    else
      for (const auto& [which, wait] : rule.at("properties").items()) compare("/async_ms/" + which, wait);
  }
}

TEST_P(WrongPart, IsRefusedWithItsPlace) {
  const auto patched = whole().patch(Json::parse(GetParam().patch)).dump();
  // What depends on the machine, a schema cannot know.
  if (!std::string_view(GetParam().name).ends_with("_new")) {
    EXPECT_FALSE(check_config(vendors_schema(), patched)) << "the vendors' schema";
  }
  const auto manifest = read_manifest(patched);
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().where, GetParam().where);
  EXPECT_FALSE(manifest.error().text.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongPart,
    ::testing::Values(Case{"glibc_text", R"([{"op":"replace","path":"/platforms/1/glibc_max","value":"new"}])", "/platforms/1/glibc_max"},
                      Case{"glibc_new", R"([{"op":"replace","path":"/platforms/1/glibc_max","value":"2.999"}])", "/platforms/1/glibc_max"},
                      Case{"glibcxx_new", R"([{"op":"replace","path":"/platforms/1/glibcxx_max","value":"3.4.999"}])", "/platforms/1/glibcxx_max"},
                      Case{"glibcxx_other_platform", R"([{"op":"add","path":"/platforms/0/glibcxx_max","value":3}])", "/platforms/0/glibcxx_max"},
                      Case{"permission", R"([{"op":"add","path":"/permissions/0","value":"http"}])", "/permissions/0"},
                      Case{"permission_upper", R"([{"op":"add","path":"/permissions/0","value":"http:API"}])", "/permissions/0"},
                      Case{"permission_twice", R"([{"op":"add","path":"/permissions/-","value":"kv"}])", "/permissions/4"},
                      Case{"state_schema", R"([{"op":"remove","path":"/state/schema"}])", "/state/schema"},
                      Case{"state_reads", R"([{"op":"replace","path":"/state/reads","value":[-1]}])", "/state/reads"},
                      Case{"budgets", R"([{"op":"replace","path":"/budgets","value":[]}])", "/budgets"},
                      Case{"budget_unknown", R"([{"op":"add","path":"/budgets/gold","value":1}])", "/budgets/gold"},
                      Case{"budget_bound", R"([{"op":"replace","path":"/budgets/kv_bytes","value":99999999999}])", "/budgets/kv_bytes"},
                      Case{"budget_wait", R"([{"op":"replace","path":"/budgets/async_ms/responder","value":1}])", "/budgets/async_ms/responder"},
                      Case{"initially", R"([{"op":"add","path":"/initially","value":"perhaps"}])", "/initially"},
                      Case{"runtime", R"([{"op":"add","path":"/platforms/1/runtime","value":"perl"}])", "/platforms/1/runtime"},
                      Case{"upgrade_from", R"([{"op":"replace","path":"/upgrade_from","value":"1"}])", "/upgrade_from"},
                      Case{"created", R"([{"op":"replace","path":"/created","value":"yesterday"}])", "/created"},
                      Case{"created_local", R"([{"op":"replace","path":"/created","value":"2026-11-24T08:33:59+01:00"}])", "/created"},
                      Case{"key_id", R"([{"op":"replace","path":"/key_id","value":"ABC"}])", "/key_id"},
                      Case{"file_name", R"([{"op":"add","path":"/files/Ünicode","value":"aa"}])", "/files/Ünicode"}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(HostLibraries, AreFoundAndCompared) {
  EXPECT_TRUE(is_library_version(host_glibc())) << host_glibc();
  EXPECT_TRUE(is_library_version(host_glibcxx())) << host_glibcxx();
  EXPECT_FALSE(is_older(host_glibcxx(), "3.4.30")) << "Debian 12 has 3.4.30";
  EXPECT_TRUE(is_older("2.9", "2.36"));
  EXPECT_TRUE(is_older("3.4", "3.4.1"));
  EXPECT_FALSE(is_older("3.4.0", "3.4"));
  EXPECT_FALSE(is_older("2.36", "2.36"));
  EXPECT_TRUE(check_host_libraries(host_glibc(), host_glibcxx()));
  EXPECT_TRUE(check_host_libraries("", ""));
  const auto refused = check_host_libraries("2.999", "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "is built for glibc 2.999, this machine has " + host_glibc() +
                                      ": build the plugin on an older system, or upgrade this one");
}

}  // namespace
}  // namespace hotdesk::plugins
