#pragma once
#include <filesystem>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// Opens the file to which deaths in plugin code are appended, one JSON object a line: {"at", "pid", "tid", "what",
/// "plugin"} (`at` in seconds since 1970). One for the process; an empty path: standard error alone. Thread: any.
Result<> open_crash_journal(const std::filesystem::path& path);

/// Appends a line. `plugin`: a crash marker or nullptr; `what` without quotes. Async-signal-safe.
void write_crash(const char* what, const char* plugin, int tid) noexcept;

/// Handlers for SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT that write the line of the crashing thread's plugin, if it is
/// in one, then hand on to the handler that was there before (or die as without). Once.
void install_crash_handlers() noexcept;

/// The plugin that this thread is inside, "id@version build", or nullptr. Async-signal-safe: for other crash handlers.
const char* current_plugin() noexcept;

}  // namespace hotdesk::plugins
