// DESIGN, "The house": which room may name which library. Asio anywhere, as awaitable and executors.
#include <gtest/gtest.h>

#include <algorithm>

#include "architecture/scan.hpp"

namespace hotdesk::architecture {
namespace {

struct Library {
  std::string prefix;  ///< of the include; the first row that fits decides
  std::vector<std::string> rooms;
};

const std::vector<Library> libraries{
    {"Poco/Data", {"store"}},
    {"sqlite3.h", {"store"}},
    {"Poco/Net", {"reports"}},
    {"Poco/Crypto", {"crypto"}},
    {"boost/asio/ssl", {}},  // our own stream instead: 3.5 times less memory a connection
    {"boost/beast", {"net"}},
    {"openssl/ssl.h", {"net"}},
    {"openssl/bio.h", {"net"}},
    {"openssl/err.h", {"net", "crypto"}},
    {"openssl/", {"crypto"}},
    {"sodium", {"crypto"}},
    {"boost/dll", {"plugins"}},
    {"re2/", {"plugins"}},
    {"valijson", {"plugins"}},
    {"archive", {"plugins"}},
    {"hotdesk/", {"plugins"}},
    {"elf.h", {"plugins"}},
    {"seccomp.h", {"plugins"}},
    {"dlfcn.h", {"plugins"}},
    {"CLI/", {"app"}},
    {"spdlog", {"observe"}},
    {"fmt/", {"observe"}},
    {"prometheus", {"observe"}},
    {"hiredis", {"cluster"}},
    {"gumbo", {"protocol"}},
    {"maxminddb", {"visitors"}},
};

}  // namespace

std::vector<Finding> check_libraries(const Source& source) {
  std::vector<Finding> findings;
  const std::string room = room_of(source.path);
  for (const Include& include : includes_of(source.text)) {
    if (is_header(source.path) && include.name == "nlohmann/json.hpp")
      findings.push_back({source.path, include.line, "a header includes nlohmann/json.hpp; use nlohmann/json_fwd.hpp"});
    const auto library = std::find_if(libraries.begin(), libraries.end(), [&](const Library& l) { return include.name.starts_with(l.prefix); });
    if (library == libraries.end() || std::count(library->rooms.begin(), library->rooms.end(), room) > 0) continue;
    std::string rooms;
    for (const auto& name : library->rooms) rooms += (rooms.empty() ? "" : ", ") + name;
    findings.push_back({source.path, include.line, room + " names <" + include.name + ">, which is for " + (rooms.empty() ? "no room" : rooms)});
  }
  return findings;
}

namespace {

TEST(Libraries, EachIsNamedByItsOwnRoomsAlone) {
  std::vector<Finding> findings;
  for (const Source& source : read_sources({"host"}))
    for (Finding& finding : check_libraries(source)) findings.push_back(std::move(finding));
  EXPECT_TRUE(findings.empty()) << report(findings);
}

TEST(Libraries, StrangersAreFound) {
  const auto count = [](const char* path, const std::string& include) {
    return check_libraries({path, "#include <" + include + ">\n"}).size();
  };
  EXPECT_EQ(count("host/delivery/x.cpp", "Poco/Data/Session.h"), 1U);
  EXPECT_EQ(count("host/store/x.cpp", "Poco/Data/Session.h"), 0U);
  EXPECT_EQ(count("host/api/x.cpp", "boost/beast/http.hpp"), 1U);
  EXPECT_EQ(count("host/net/x.cpp", "boost/beast/http.hpp"), 0U);
  EXPECT_EQ(count("host/net/x.cpp", "boost/asio/ssl.hpp"), 1U);
  EXPECT_EQ(count("host/net/x.cpp", "openssl/ssl.h"), 0U);
  EXPECT_EQ(count("host/crypto/x.cpp", "openssl/ssl.h"), 1U);
  EXPECT_EQ(count("host/crypto/x.cpp", "openssl/evp.h"), 0U);
  EXPECT_EQ(count("host/net/x.cpp", "openssl/evp.h"), 1U);
  EXPECT_EQ(count("host/tenants/x.cpp", "sodium.h"), 1U);
  EXPECT_EQ(count("host/store/x.cpp", "boost/dll/shared_library.hpp"), 1U);
  EXPECT_EQ(count("host/api/x.cpp", "CLI/CLI.hpp"), 1U);
  EXPECT_EQ(count("host/app/cli/x.cpp", "CLI/CLI.hpp"), 0U);
  EXPECT_EQ(count("host/net/x.cpp", "spdlog/spdlog.h"), 1U);
  EXPECT_EQ(count("host/base/x.hpp", "nlohmann/json.hpp"), 1U);
  EXPECT_EQ(count("host/base/x.hpp", "nlohmann/json_fwd.hpp"), 0U);
  EXPECT_EQ(count("host/base/x.cpp", "nlohmann/json.hpp"), 0U);
  EXPECT_EQ(count("host/delivery/x.cpp", "boost/asio/awaitable.hpp"), 0U);
}

}  // namespace
}  // namespace hotdesk::architecture
