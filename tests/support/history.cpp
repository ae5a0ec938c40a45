#include "support/history.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace hotdesk::support {

History::History(const std::string& path) : file_(std::fopen(path.c_str(), "w")) {
  if (!file_) throw std::runtime_error("cannot write " + path);
}

History::~History() { std::fclose(file_); }

void History::write(std::string_view user, std::string_view dev, std::string_view event, const Json& fields) {
  Json line = fields;
  line["user"] = user;
  line["dev"] = dev;
  line["ev"] = event;
  const std::lock_guard lock(mutex_);
  line["at"] = now_us();  // under the lock: the file's order is the order of these times
  const std::string text = dump_json(line);
  std::fwrite(text.data(), 1, text.size(), file_);
  std::fputc('\n', file_);
}

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 1469598103934665603ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(hash));
  return out;
}

}  // namespace hotdesk::support
