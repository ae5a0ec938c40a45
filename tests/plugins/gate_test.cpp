// The host's own judgement of what ships: package, gate, configuration schema.
#include "plugins/elf_gate.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "plugins/config_schema.hpp"
#include "plugins/elf_file.hpp"
#include "plugins/package.hpp"

namespace hotdesk::plugins {
namespace {

TEST(ShippedPlugins, PassTheGateOfAHostThatCannotUndoThreadLocals) {
  const auto packages = scan_packages(HOTDESK_PLUGINS);
  ASSERT_TRUE(packages);
  int seen = 0;
  for (const auto& package : *packages) {
    ++seen;
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
  }
  EXPECT_GE(seen, 4);
}

}  // namespace
}  // namespace hotdesk::plugins
