// The host's own judgement of what ships: package, gate, configuration schema, and the validator that vendors are measured by.
#include "plugins/elf_gate.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "plugins/config_schema.hpp"
#include "plugins/elf_file.hpp"
#include "plugins/package.hpp"
#include "plugins/validate/validate.hpp"

namespace hotdesk::plugins {
namespace {

TEST(ShippedPlugins, PassTheGateOfAHostThatCannotUndoThreadLocals) {
  const auto packages = scan_packages(HOTDESK_PLUGINS);
  ASSERT_TRUE(packages);
  EXPECT_EQ(packages->size(), 7U);
  for (const auto& package : *packages) {
    const std::string name = package.id + " " + package.version;
    EXPECT_EQ(package.problem, "") << name;
    std::ifstream file(package.folder / package.manifest.library, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const auto passed = check_library(bytes, GateRules{.thread_locals = false});
    EXPECT_TRUE(passed) << name << ": " << (passed ? "" : passed.error().text);
    const auto elf = read_elf(bytes);
    ASSERT_TRUE(elf) << name;
    int exports = 0;
    for (const auto& symbol : elf->symbols) exports += symbol.exported;
    EXPECT_EQ(exports, 1) << name;
    EXPECT_TRUE(check_schema(package.config_schema)) << name;
    EXPECT_TRUE(check_config(package.config_schema, "{}")) << name << " must work without settings";
    EXPECT_FALSE(check_config(package.config_schema, R"({"no such setting": 1})")) << name;
    EXPECT_TRUE(package.manifest.name.contains("zh")) << name;
    EXPECT_EQ(package.manifest.starts_off, package.manifest.provides_extension("hotdesk.responder/1")) << name << ": a bot speaks when somebody says so";
  }
}

TEST(ShippedPlugins, KeepThePromisesThatVendorsAreMeasuredBy) {
  const auto packages = scan_packages(HOTDESK_PLUGINS);
  ASSERT_TRUE(packages);
  for (const auto& package : *packages) {
    validate::Wishes wishes;
    wishes.path = package.folder.string();
    wishes.host_version = "9.0.0";
    wishes.program = {std::filesystem::read_symlink("/proc/self/exe").string(), "--one", "{test}", "{folder}", "{deep}", "{fd}"};
    const auto report = validate::validate(wishes);
    ASSERT_TRUE(report) << package.id << ": " << report.error().text;
    EXPECT_FALSE(report->tests.empty());
    for (const auto& test : report->tests)
      EXPECT_NE(test.verdict.grade, validate::Grade::fail) << package.id << " " << package.version << ", " << test.name << ": " << test.verdict.detail;
  }
}

}  // namespace
}  // namespace hotdesk::plugins

// The other side of validate(): the same program runs one of its tests when told to.
int main(int argc, char** argv) {
  if (argc == 6 && std::string(argv[1]) == "--one")
    return hotdesk::plugins::validate::run_one(argv[2], argv[3], "9.0.0", std::string(argv[4]) == "1", std::atoi(argv[5]));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
