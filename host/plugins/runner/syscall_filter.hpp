#pragma once
#include "base/result.hpp"

namespace hotdesk::plugins::runner {

/// The seccomp filters behind the sandbox. What they forbid the kernel never does, whatever code runs in the process; the
/// handler of SIGSYS only gives harmless attempts an answer and the others a reason before the process ends.

/// For all threads. `file` is what opening `name` gives.
Result<> filter_native(int file, const char* name);
/// For a program that starts by execveat of `program`, a descriptor that cannot be made again.
Result<> filter_interpreter(int program);

}  // namespace hotdesk::plugins::runner
