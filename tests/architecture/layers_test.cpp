// DESIGN, "The house": a file includes only lower numbers and its own room; equal numbers don't see each other.
#include <gtest/gtest.h>

#include <map>
#include <string_view>

#include "architecture/scan.hpp"

namespace hotdesk::architecture {
namespace {

const std::map<std::string, int, std::less<>> layers{
    {"base", 0},    {"observe", 1},  {"crypto", 1},        {"protocol", 2}, {"cluster", 3}, {"tenants", 4},
    {"visitors", 5}, {"conversations", 5}, {"delivery", 6}, {"plugins", 7},  {"store", 8},   {"net", 8},
    {"reports", 9}, {"link", 9},     {"api", 10},          {"app", 11},
};

struct Exception {
  std::string_view file;
  std::string_view room;
  std::string_view reason;
};
// Each with its reason; an entry that no file needs any more fails the test below.
constexpr Exception exceptions[] = {
    {"host/conversations/change.hpp", "visitors", "a visitor's first message makes the visitor's row in its own commit, so the Change bears it"},
};

bool excepted(const Source& source, std::string_view room) {
  for (const Exception& exception : exceptions)
    if (exception.file == source.path && exception.room == room) return true;
  return false;
}

}  // namespace

std::vector<Finding> check_layers(const Source& source) {
  std::vector<Finding> findings;
  const std::string room = room_of(source.path);
  const bool in_host = source.path.starts_with("host/");
  if (in_host && !layers.contains(room)) return {{source.path, 1, "no room \"" + room + "\" in the table of layers"}};
  for (const Include& include : includes_of(source.text)) {
    const auto slash = include.name.find('/');
    if (slash == std::string::npos) {
      if (in_host && include.quoted) findings.push_back({source.path, include.line, "\"" + include.name + "\" names no room; write \"" + room + "/" + include.name + "\""});
      continue;
    }
    const auto target = layers.find(std::string_view(include.name).substr(0, slash));
    if (target == layers.end()) {
      if (in_host && include.quoted && !include.name.starts_with("hotdesk/"))
        findings.push_back({source.path, include.line, "\"" + include.name + "\" is in no room"});
      continue;
    }
    if (!include.quoted) continue;
    if (!in_host) {
      findings.push_back({source.path, include.line, "code outside host/ includes the room " + target->first});
    } else if (target->first != room && target->second >= layers.find(room)->second && !excepted(source, target->first)) {
      findings.push_back({source.path, include.line, room + " (layer " + std::to_string(layers.find(room)->second) + ") includes " +
                                                         target->first + " (layer " + std::to_string(target->second) + ")"});
    }
  }
  return findings;
}

namespace {

TEST(Layers, EveryFileIncludesOnlyLowerRooms) {
  const auto sources = read_sources({"host"});
  ASSERT_GT(sources.size(), 20U) << "the walk found hardly anything";
  std::vector<Finding> findings;
  for (const Source& source : sources)
    for (Finding& finding : check_layers(source)) findings.push_back(std::move(finding));
  EXPECT_TRUE(findings.empty()) << report(findings);
}

TEST(Layers, ExceptionsAreStillNeeded) {
  for (const Exception& exception : exceptions) {
    bool needed = false;
    for (const Source& source : read_sources({"host"}))
      for (const Include& include : includes_of(source.text))
        needed |= source.path == exception.file && include.name.starts_with(std::string(exception.room) + "/");
    EXPECT_TRUE(needed) << exception.file << " no longer includes " << exception.room << ": take the exception out";
  }
}

TEST(Layers, PluginsAndTheirKitsIncludeNoRoom) {
  std::vector<Finding> findings;
  for (const Source& source : read_sources({"plugin-api", "sdk/cpp", "plugins"}))
    for (Finding& finding : check_layers(source)) findings.push_back(std::move(finding));
  EXPECT_TRUE(findings.empty()) << report(findings);
}

TEST(Layers, UpwardSidewardAndUnknownAreFound) {
  const auto lines = [](const char* path, const char* text) {
    std::vector<std::size_t> out;
    for (const Finding& finding : check_layers({path, text})) out.push_back(finding.line);
    return out;
  };
  using Lines = std::vector<std::size_t>;
  EXPECT_EQ(lines("host/base/x.cpp", "#include \"base/id.hpp\"\n#include \"net/router.hpp\"\n"), Lines{2});
  EXPECT_EQ(lines("host/store/x.hpp", "\n#  include \"net/router.hpp\"\n"), Lines{2});  // equal numbers
  EXPECT_EQ(lines("host/visitors/x.hpp", "#include \"conversations/model.hpp\"\n"), Lines{1});
  EXPECT_EQ(lines("host/net/x.cpp", "#include \"router.hpp\"\n"), Lines{1});
  EXPECT_EQ(lines("host/net/x.cpp", "#include \"elsewhere/x.hpp\"\n"), Lines{1});
  EXPECT_EQ(lines("host/basement/x.cpp", ""), Lines{1});
  EXPECT_EQ(lines("plugins/filtering/plugin.cpp", "#include <string>\n#include \"base/id.hpp\"\n"), Lines{2});
  EXPECT_EQ(lines("host/app/x.cpp", "#include \"net/router.hpp\"\n#include \"base/id.hpp\"\n#include \"app/config.hpp\"\n"), Lines{});
  EXPECT_EQ(lines("host/base/x.cpp", "// #include \"net/router.hpp\"\n/*\n#include \"app/config.hpp\"\n*/\n"), Lines{});
}

TEST(Layers, FindingsNameFileAndLine) {
  const auto findings = check_layers({"host/base/x.cpp", "\n#include \"app/config.hpp\"\n"});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].text(), "host/base/x.cpp:2: base (layer 0) includes app (layer 11)");
}

}  // namespace
}  // namespace hotdesk::architecture
