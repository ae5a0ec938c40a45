#include "observe/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "base/json.hpp"

namespace hotdesk::log {
namespace {

std::atomic<bool> as_json{false};

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("hotdesk", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return instance;
}

}  // namespace

void start(Level least, const std::string& file, bool json) {
  spdlog::sink_ptr sink;
  if (file.empty())
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  else
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file);
  auto made = std::make_shared<spdlog::logger>("hotdesk", std::move(sink));
  as_json = json;
  made->set_pattern(json ? "{\"at\":\"%Y-%m-%dT%H:%M:%S.%eZ\",\"level\":\"%l\",%v}" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                    spdlog::pattern_time_type::utc);
  made->set_level(to_spdlog(least));
  made->flush_on(spdlog::level::warn);
  logger() = std::move(made);
}

void write(Level level, std::string_view room, std::string_view message, std::initializer_list<Field> fields) {
  auto& to = *logger();
  if (!to.should_log(to_spdlog(level))) return;
  std::string line;
  if (as_json) {
    line = "\"room\":";
    append_json_string(line, room);
    line += ",\"message\":";
    append_json_string(line, message);
    for (const auto& [name, value] : fields) {
      line.push_back(',');
      append_json_string(line, name);
      line.push_back(':');
      append_json_string(line, value);
    }
  } else {
    line.append("[").append(room).append("] ").append(message);
    for (const auto& [name, value] : fields) {
      line.append(" ").append(name).append("=");
      append_json_string(line, value);  // one line stays one line whatever a value holds
    }
  }
  to.log(to_spdlog(level), "{}", line);
}

void flush() { logger()->flush(); }

}  // namespace hotdesk::log
