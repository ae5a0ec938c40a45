#include "app/cli/table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hotdesk::app::cli {
namespace {

/// Columns on a terminal: code points, those of East Asian blocks twice. `text` is UTF-8.
std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::uint32_t next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool wide = (byte >= 0xE3 && byte <= 0xED && !(byte == 0xE3 && next < 0x80)) || byte >= 0xF0;
    width += wide ? 2 : 1;
  }
  return width;
}

}  // namespace

std::string table(const std::vector<std::string>& heading, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& cell : heading) widths.push_back(width_of(cell));
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size() && i < widths.size(); ++i)
      text += cells[i] + (i + 1 < cells.size() ? std::string(widths[i] - width_of(cells[i]) + 2, ' ') : "");
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  line(heading);
  for (const auto& row : rows) line(row);
  return out;
}

}  // namespace hotdesk::app::cli
