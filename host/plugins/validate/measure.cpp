#include "plugins/validate/measure.hpp"

#include <malloc.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <filesystem>
#include <fstream>
#include <functional>

namespace hotdesk::plugins::validate {
namespace {

namespace fs = std::filesystem;

std::size_t entries_of(const char* folder) {
  std::error_code error;
  std::size_t count = 0;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) ++count;
  return count;
}

void read_mappings(Traces& traces) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    ++traces.mappings;
    if (line.find("/memfd:") != line.npos) ++traces.library_mappings;
  }
}

std::size_t resident_kb() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

/// The C library gives the lowest free one.
unsigned next_key() {
  pthread_key_t key = 0;
  if (pthread_key_create(&key, nullptr) != 0) return ~0U;
  pthread_key_delete(key);
  return key;
}

std::size_t hash_of_environment() {
  std::string all;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) (all += *at) += '\n';
  return std::hash<std::string>{}(all);
}

}  // namespace

Traces look() {
  malloc_trim(0);
  Traces traces;
  traces.rss_kb = resident_kb();
  traces.threads = entries_of("/proc/self/task");
  traces.files = entries_of("/proc/self/fd");
  read_mappings(traces);
  traces.next_key = next_key();
  for (std::size_t i = 1; i < traces.handlers.size(); ++i) sigaction(static_cast<int>(i), nullptr, &traces.handlers[i]);
  std::error_code ignored;
  traces.directory = fs::current_path(ignored).string();
  traces.mask = umask(0);
  umask(traces.mask);
  const char* locale = std::setlocale(LC_ALL, nullptr);
  traces.locale = locale != nullptr ? locale : "";
  traces.rounding = std::fegetround();
  traces.environment = hash_of_environment();
  return traces;
}

std::string changed(const Traces& before, const Traces& after) {
  for (std::size_t i = 1; i < before.handlers.size(); ++i)
    if (before.handlers[i].sa_handler != after.handlers[i].sa_handler)
      return "a handler for signal " + std::to_string(i) + "; plugins install none";
  if (before.directory != after.directory) return "another working directory";
  if (before.mask != after.mask) return "another umask";
  if (before.locale != after.locale) return "another locale (" + after.locale + ")";
  if (before.rounding != after.rounding) return "another floating-point rounding mode";
  if (before.environment != after.environment) return "a changed environment";
  return {};
}

std::string left_behind(const Traces& before, const Traces& after) {
  const auto more = [](std::size_t a, std::size_t b) { return std::to_string(a) + " before, " + std::to_string(b) + " after"; };
  if (after.threads > before.threads) return "threads: " + more(before.threads, after.threads) + "; plugins start none, they use hotdesk.timer/1";
  if (after.files > before.files) return "open files: " + more(before.files, after.files) + "; close what you open";
  if (after.library_mappings > before.library_mappings)
    return "the library is still mapped (" + more(before.library_mappings, after.library_mappings) + " mappings)";
  if (after.next_key != before.next_key) return "thread-specific keys: delete in deinit what pthread_key_create() gave";
  return changed(before, after);
}

}  // namespace hotdesk::plugins::validate
