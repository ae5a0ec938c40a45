#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace hotdesk::log {

enum class Level { debug, info, warn, error };

/// A named value of a line; never a secret, never message text, never a query string.
using Field = std::pair<std::string_view, std::string>;

/// Where lines go: `file` empty: standard error. JSON lines when `json`, else text. Call once at start; without it,
/// warnings and errors go to standard error as text.
void start(Level least, const std::string& file, bool json);
/// Writes one line. `room` is the room of the house. Thread: any; never blocks for long, never throws.
void write(Level level, std::string_view room, std::string_view message, std::initializer_list<Field> fields = {});
void flush();

inline void debug(std::string_view room, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::debug, room, message, fields);
}
inline void info(std::string_view room, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::info, room, message, fields);
}
inline void warn(std::string_view room, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::warn, room, message, fields);
}
inline void error(std::string_view room, std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::error, room, message, fields);
}

}  // namespace hotdesk::log
