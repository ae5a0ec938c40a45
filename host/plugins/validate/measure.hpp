#pragma once
#include <signal.h>

#include <array>
#include <cstdint>
#include <string>

namespace hotdesk::plugins::validate {

/// What a plugin could leave behind in a process. Read from /proc; thread: one, while nothing else changes it.
struct Traces {
  std::size_t threads = 0;
  std::size_t files = 0;          ///< open descriptors
  std::size_t mappings = 0;
  std::size_t library_mappings = 0;  ///< of sealed copies of libraries
  std::size_t rss_kb = 0;         ///< after malloc gave back what it could
  unsigned next_key = 0;          ///< the thread-specific key that pthread_key_create() would give
  std::array<struct sigaction, 65> handlers{};
  std::string directory;
  unsigned mask = 0;              ///< umask
  std::string locale;
  int rounding = 0;
  std::size_t environment = 0;    ///< a hash
};

Traces look();

/// What of the process's own settings (handlers, directory, mask, locale, rounding, environment) changed, as a sentence.
std::string changed(const Traces& before, const Traces& after);

/// What is there in `after` that was not in `before`, as a sentence, changed() settings included; empty:
/// nothing. Memory is not among it.
std::string left_behind(const Traces& before, const Traces& after);

}  // namespace hotdesk::plugins::validate
