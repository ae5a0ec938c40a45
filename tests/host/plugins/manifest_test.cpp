#include "plugins/manifest.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/plugins/room.hpp"
#include "plugins/config_schema.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/package.hpp"

namespace hotdesk::plugins {
namespace {

using test::TempFolder;
using Json = nlohmann::json;

Json sound() {
  return Json{{"format", 1},
              {"id", "org.example.polite"},
              {"version", "1.2.0"},
              {"vendor", "Example"},
              {"name", {{"en", "Polite"}}},
              {"license", "MIT"},
              {"abi", {{"major", 1}, {"minor", 0}}},
              {"platforms", {{{"os", host_os()}, {"arch", host_arch()}, {"file", "lib/p.so"}, {"build_id", "b"}}}},
              {"extensions", {{"provides", {"hotdesk.filter/1"}}}},
              {"files", {{"lib/p.so", std::string(64, 'a')}}}};
}

TEST(Manifest, SoundOneIsRead) {
  const auto manifest = read_manifest(sound().dump());
  ASSERT_TRUE(manifest) << manifest.error().where << manifest.error().text;
  EXPECT_EQ(manifest->id, "org.example.polite");
  EXPECT_EQ(manifest->library, "lib/p.so");
  EXPECT_TRUE(manifest->provides_extension("hotdesk.filter/1"));
  EXPECT_EQ(manifest->display_name(), "Polite");
}

struct Case {
  const char* name;
  const char* patch;  ///< JSON patch
  const char* where;
};
class WrongManifest : public ::testing::TestWithParam<Case> {};

TEST_P(WrongManifest, IsRefusedWithItsPlace) {
  const auto manifest = read_manifest(sound().patch(Json::parse(GetParam().patch)).dump());
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().where, GetParam().where);
  EXPECT_FALSE(manifest.error().text.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongManifest,
    ::testing::Values(Case{"no_id", R"([{"op":"remove","path":"/id"}])", "/id"},
                      Case{"id_upper", R"([{"op":"replace","path":"/id","value":"Org.Example"}])", "/id"},
                      Case{"id_path", R"([{"op":"replace","path":"/id","value":"a/../b.c"}])", "/id"},
                      Case{"version", R"([{"op":"replace","path":"/version","value":"1.2"}])", "/version"},
                      Case{"version_build", R"([{"op":"replace","path":"/version","value":"1.2.0+7"}])", "/version"},
                      Case{"format", R"([{"op":"replace","path":"/format","value":2}])", "/format"},
                      Case{"abi", R"([{"op":"replace","path":"/abi","value":"1.0"}])", "/abi"},
                      Case{"abi_major", R"([{"op":"replace","path":"/abi/major","value":-1}])", "/abi/major"},
                      Case{"no_provides", R"([{"op":"remove","path":"/extensions/provides"}])", "/extensions/provides"},
                      Case{"escape", R"([{"op":"add","path":"/files/..~1x","value":"aa"}])", "/files/../x"},
                      Case{"hash", R"([{"op":"replace","path":"/files/lib~1p.so","value":"xyz"}])", "/files/lib/p.so"},
                      Case{"unlisted", R"([{"op":"replace","path":"/platforms/0/file","value":"lib/q.so"}])", "/platforms/0/file"},
                      Case{"platform", R"([{"op":"replace","path":"/platforms/0/arch","value":"vax"}])", "/platforms"},
                      Case{"lane", R"([{"op":"add","path":"/isolation","value":{"min":"moon"}}])", "/isolation/min"}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(Manifest, GarbageIsNoJson) {
  EXPECT_FALSE(read_manifest("{"));
  EXPECT_FALSE(read_manifest("[]"));
  EXPECT_FALSE(read_manifest(std::string(100'000, '[')));
}

TEST(Semver, Precedence) {
  const char* ascending[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.10", "1.2.0", "10.0.0"};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i)
    EXPECT_LT(*parse_semver(ascending[i]), *parse_semver(ascending[i + 1])) << ascending[i];
  for (const char* wrong : {"", "1", "1.0", "1.0.0.", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+b", "a.b.c", "99999999999.0.0"})
    EXPECT_FALSE(parse_semver(wrong)) << wrong;
}

TEST(Negotiation, SaysBuiltForWhatAndWhatToDo) {
  Manifest manifest = *read_manifest(sound().dump());
  EXPECT_TRUE(negotiate(manifest, "0.1.0"));
  manifest.abi_major = 2;
  EXPECT_EQ(negotiate(manifest, "0.1.0").error().text,
            "is built for plugin ABI 2.0, this host has 1.1: upgrade the host, or install a build for ABI 1");
  manifest.abi_major = 1;
  manifest.abi_minor = 7;
  EXPECT_TRUE(negotiate(manifest, "0.1.0")) << "a newer minor is told by sizes, what it needs by its list";
  manifest.requires_ = {"hotdesk.telepathy/1"};
  EXPECT_NE(negotiate(manifest, "0.1.0").error().text.find("a host with hotdesk.telepathy/1, this host 0.1.0"), std::string::npos);
  manifest.requires_ = {};
  manifest.min_host = "0.2.0";
  EXPECT_NE(negotiate(manifest, "0.1.0").error().text.find("host 0.2.0 or later, this host is 0.1.0"), std::string::npos);
  manifest.min_host = {};
  manifest.min_lane = "runner";
  EXPECT_TRUE(negotiate(manifest, "0.1.0"));
}

TEST(ConfigSchema, NamesTheMember) {
  const std::string schema = R"({"type":"object","additionalProperties":false,"properties":{"words":{"type":"array","items":{"type":"object","required":["word"],"properties":{"word":{"type":"string"}}}}}})";
  EXPECT_TRUE(check_schema(schema));
  EXPECT_TRUE(check_config(schema, "{}"));
  EXPECT_TRUE(check_config(schema, R"({"words":[{"word":"x"}]})"));
  EXPECT_EQ(check_config(schema, R"({"words":[{"word":"x"},{"word":3}]})").error().where, "/words/1/word");
  EXPECT_FALSE(check_config(schema, R"({"other":1})"));
  EXPECT_FALSE(check_config(schema, "[]"));
  EXPECT_FALSE(check_config("", R"({"any":1})")) << "a plugin without a schema has no settings";
  EXPECT_TRUE(check_config("", "{}"));
  EXPECT_FALSE(check_schema("[1]"));
  EXPECT_FALSE(check_schema(R"({"type":"object","properties":{"a":{"$ref":"http://example.com/x"}}})"));
}

class PackageFolder : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::copy(test::good, folder_.path() / "p", std::filesystem::copy_options::recursive); }
  Package read(const std::string& version) { return read_package(folder_.path() / "p/test.echo" / version, "test.echo", version); }
  TempFolder folder_;
};

TEST_F(PackageFolder, IsScannedInOrder) {
  std::filesystem::create_directories(folder_.path() / "p/not.a.plugin/1.0.0");
  const auto packages = scan_packages(folder_.path() / "p");
  ASSERT_TRUE(packages);
  ASSERT_EQ(packages->size(), 4U);
  for (const auto& package : *packages) EXPECT_EQ(package.problem, "");
  EXPECT_EQ((*packages)[0].version, "1.0.0");
  EXPECT_EQ(scan_packages(folder_.path() / "nothing").error().code, Errc::not_found);
}

TEST_F(PackageFolder, ChangedFileIsNamed) {
  const auto library = test::library_in(folder_.path() / "p/test.echo/1.0.0");
  std::ofstream(library, std::ios::app) << "x";
  EXPECT_NE(read("1.0.0").problem.find("plugin.so differs from its SHA-256"), std::string::npos);
}

TEST_F(PackageFolder, MissingFileIsNamed) {
  std::filesystem::remove(folder_.path() / "p/test.echo/1.0.0/config.schema.json");
  EXPECT_NE(read("1.0.0").problem.find("config.schema.json cannot be opened"), std::string::npos);
}

TEST_F(PackageFolder, SymbolicLinkIsRefused) {
  const auto schema = folder_.path() / "p/test.echo/1.0.0/config.schema.json";
  std::filesystem::rename(schema, folder_.path() / "elsewhere");
  std::filesystem::create_symlink(folder_.path() / "elsewhere", schema);
  EXPECT_NE(read("1.0.0").problem.find("symbolic link"), std::string::npos);
}

TEST_F(PackageFolder, MustBeWhereItsManifestSays) {
  std::filesystem::rename(folder_.path() / "p/test.echo/1.0.0", folder_.path() / "p/test.echo/7.0.0");
  EXPECT_EQ(read("7.0.0").problem, "manifest.json /version is 1.0.0, its folder says 7.0.0");
}

}  // namespace
}  // namespace hotdesk::plugins
