#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hotdesk::architecture {

/// One source file: `path` from the root of the project ("host/net/x.cpp"), `text` its content.
struct Source {
  std::string path;
  std::string text;
};
/// Something that must not be; printed as "host/net/x.cpp:12: words", which an editor can jump to.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string words;
  std::string text() const { return path + ":" + std::to_string(line) + ": " + words; }
};
struct Include {
  std::string name;
  bool quoted = false;
  std::size_t line = 0;
};

/// C and C++ sources below the named folders of the project; node_modules and build folders are left out.
std::vector<Source> read_sources(const std::vector<std::string>& folders);
/// "net" of "host/net/x.cpp"; empty outside host/.
std::string room_of(std::string_view path);
bool is_header(std::string_view path);
/// The #include lines, those in comments left out.
std::vector<Include> includes_of(std::string_view text);
/// The text with comments and the content of literals blanked, every line where it was.
std::string without_comments(std::string_view text, bool keep_literals = false);

/// A file includes only lower layers and its own room; code outside host/ includes no room.
std::vector<Finding> check_layers(const Source& source);
/// A library is named by its own rooms alone, and nlohmann/json.hpp by no header.
std::vector<Finding> check_libraries(const Source& source);
/// No aggregate temporary and no lambda with captures by value inside a co_await expression (g++ 12 destroys them twice).
std::vector<Finding> check_co_await(const Source& source);

/// All findings as one text for a failure message.
std::string report(const std::vector<Finding>& findings);

}  // namespace hotdesk::architecture
