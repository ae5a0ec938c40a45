#include <fstream>
#include <map>
#include <set>

#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
/// The operations of openapi.yaml and whether each is open to anybody. Reads our own layout: a path at two spaces, a method
/// at four, `security: []` at six.
std::map<std::string, bool> operations() {
  std::map<std::string, bool> found;
  std::ifstream file(HOTDESK_OPENAPI);
  std::string line, path, name;
  bool inside = false;
  while (std::getline(file, line)) {
    if (!line.empty() && line[0] != ' ' && line[0] != '#') inside = line == "paths:";
    if (!inside) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.rfind(':') - 2);
    for (const std::string method : {"get", "post", "put", "patch", "delete", "options"})
      if (line == "    " + method + ":") {
        name = method;
        for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
        name += " " + path;
        found[name] = false;
      }
    if (line == "      security: []" || line.starts_with("      security: [{},")) found[name] = true;
  }
  return found;
}

struct Contract : ApiTest {};

TEST_F(Contract, EveryRouteIsWrittenAndNoOther) {
  const auto written = operations();
  ASSERT_GT(written.size(), 40u);
  std::set<std::string> registered;
  for (const auto& route : api_->routes()) {
    const std::string name = route.method + " " + route.pattern;
    registered.insert(name);
    ASSERT_TRUE(written.contains(name)) << name << " is not in openapi.yaml";
    EXPECT_EQ(written.at(name), !route.action.has_value()) << name << ": open to anybody or not";
  }
  for (const auto& [name, _] : written) EXPECT_TRUE(registered.contains(name)) << name << " is not registered";
}
}  // namespace
}  // namespace hotdesk::api
