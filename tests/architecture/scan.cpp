#include "architecture/scan.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hotdesk::architecture {

namespace fs = std::filesystem;

std::vector<Source> read_sources(const std::vector<std::string>& folders) {
  std::vector<Source> sources;
  const fs::path root = HOTDESK_SOURCE_DIR;
  for (const auto& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (auto at = fs::recursive_directory_iterator(root / folder); at != fs::recursive_directory_iterator(); ++at) {
      const std::string name = at->path().filename().string();
      if (at->is_directory() && (name == "node_modules" || name == "web" || name == "build" || name == "dist")) {
        at.disable_recursion_pending();
        continue;
      }
      const std::string extension = at->path().extension().string();
      if (!at->is_regular_file() || (extension != ".cpp" && extension != ".hpp" && extension != ".h" && extension != ".c")) continue;
      std::ifstream in(at->path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      sources.push_back({fs::relative(at->path(), root).generic_string(), text.str()});
    }
  }
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

std::string room_of(std::string_view path) {
  constexpr std::string_view host = "host/";
  if (!path.starts_with(host)) return {};
  path.remove_prefix(host.size());
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string{} : std::string(path.substr(0, slash));
}

bool is_header(std::string_view path) { return path.ends_with(".hpp") || path.ends_with(".h"); }

std::string without_comments(std::string_view text, bool keep_literals) {
  std::string out(text);
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to && i < out.size(); ++i)
      if (out[i] != '\n') out[i] = ' ';
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    if (rest.starts_with("//")) {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      blank(i, end);
      i = end;
    } else if (rest.starts_with("/*")) {
      const std::size_t close = text.find("*/", i + 2);
      const std::size_t end = close == std::string_view::npos ? text.size() : close + 2;
      blank(i, end);
      i = end;
    } else if (rest.starts_with("R\"") && (i == 0 || !isalnum(static_cast<unsigned char>(text[i - 1])))) {
      const std::size_t open = text.find('(', i);
      if (open == std::string_view::npos) break;
      const std::string closing = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      const std::size_t close = text.find(closing, open);
      const std::size_t end = close == std::string_view::npos ? text.size() : close;
      if (!keep_literals) blank(open + 1, end);
      i = end + closing.size();
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !isalnum(static_cast<unsigned char>(text[i - 1]))))) {
      const char quote = text[i];  // a quote between digits only separates them
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != quote && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      if (!keep_literals) blank(i + 1, end);
      i = end + 1;
    } else {
      ++i;
    }
  }
  return out;
}

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> includes;
  std::istringstream lines(without_comments(text, true));
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') continue;
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) continue;
    at = line.find_first_of("<\"", at + 7);
    if (at == std::string::npos) continue;
    const bool quoted = line[at] == '"';
    const std::size_t end = line.find(quoted ? '"' : '>', at + 1);
    if (end != std::string::npos) includes.push_back({line.substr(at + 1, end - at - 1), quoted, number});
  }
  return includes;
}

std::string report(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) out += finding.text() + "\n";
  return out;
}

}  // namespace hotdesk::architecture
