#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hotdesk::plugins::runner {

/// What a runner process may do, set from inside before any foreign code runs, in this order. Thread: the first one.

/// Ends with its host, keeps descriptors 0 to 5 alone, no environment, no privileges, working folder /. When the user is
/// root: becomes nobody. Says in words what was done.
Result<std::string> leave_house(int host_pid);

/// Bounds of memory (beyond what is in use now), files, processes and core dumps. Before the filter.
Result<> limit_resources(std::uint64_t memory_bytes);

/// For native plugins, all threads at once: computing, memory, the descriptors it has. Opening a file answers EACCES, a new
/// thread EPERM; everything else (sockets, programs, processes, tracing, signals to others) ends the process with
/// exit_forbidden. Opening "/proc/self/fd/5" gives the plugin's own sealed file, so that the dynamic loader can map it.
Result<std::string> lock_down();
inline constexpr const char* library_name = "/proc/self/fd/5";

/// For an interpreter, which then takes this process's place: as lock_down(), but files may be read (it has to find its
/// library), and forbidden calls answer EPERM or kill. Returns only when it failed.
Error run_interpreter(const std::string& interpreter, const std::vector<std::string>& arguments, std::uint64_t memory_bytes);

}  // namespace hotdesk::plugins::runner
