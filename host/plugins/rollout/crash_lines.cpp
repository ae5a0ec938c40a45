#include "plugins/rollout/crash_lines.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "base/json.hpp"

namespace hotdesk::plugins {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_bytes = 1024 * 1024;

/// "id@version build".
std::optional<CrashLine> read_line(const std::string& text) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return std::nullopt;
  const auto plugin = find_string(*json, "plugin");
  const auto at = find_integer(*json, "at");
  if (!plugin || !at) return std::nullopt;
  const auto sign = plugin->find('@');
  if (sign == 0 || sign == plugin->npos) return std::nullopt;
  const auto space = plugin->find(' ', sign);
  CrashLine line;
  line.at = *at * 1000;
  line.what = find_string(*json, "what").value_or("crash");
  line.plugin = plugin->substr(0, sign);
  line.version = plugin->substr(sign + 1, space == plugin->npos ? space : space - sign - 1);
  if (space != plugin->npos) line.build_id = plugin->substr(space + 1);
  if (line.version.empty()) return std::nullopt;
  return line;
}

}  // namespace

CrashLines::CrashLines(fs::path journal) : journal_(std::move(journal)), seen_(journal_.string() + ".seen") {}

Result<std::vector<CrashLine>> CrashLines::read() {
  std::vector<CrashLine> lines;
  std::error_code error;
  const auto size = fs::file_size(journal_, error);
  if (error) return lines;
  std::uint64_t from = 0;
  if (std::ifstream seen(seen_); !(seen >> from) || from > size) from = 0;  // never read, or the journal was begun anew
  from = std::max(from, size > most_bytes ? size - most_bytes : 0);
  std::ifstream in(journal_, std::ios::binary);
  if (!in.seekg(static_cast<std::streamoff>(from))) return fail(Errc::storage, "the crash journal " + journal_.string() + " cannot be read");
  std::string text(size - from, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  text.resize(text.find_last_of('\n') + 1);  // npos + 1 is 0
  end_ = from + text.size();
  std::istringstream rest(text);
  for (std::string line; std::getline(rest, line);)
    if (auto crash = read_line(line)) lines.push_back(std::move(*crash));
  return lines;
}

Result<> CrashLines::acknowledge() {
  const fs::path fresh = seen_.string() + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << end_ << '\n';
    if (!out.flush()) return fail(Errc::storage, "the file " + fresh.string() + " cannot be written");
  }
  std::error_code error;
  fs::rename(fresh, seen_, error);
  if (error) return fail(Errc::storage, "the file " + seen_.string() + " cannot be written: " + error.message());
  return {};
}

}  // namespace hotdesk::plugins
