#pragma once
#include <string>
#include <vector>

namespace hotdesk::plugins::runner {

/// The whole life of a runner process (the host's own program, run as `hotdesk plugin-runner …`): arguments are the host's
/// process id, the memory in bytes and, for a script, its interpreter. Descriptors 3, 4 and 5 as in SpawnSpec. Returns the
/// exit status; the process must have no other threads yet.
int run_child(const std::vector<std::string>& arguments);

/// Says that this very program runs run_child() when it is called `plugin-runner`: then runners need no other program. At the
/// start of main.
void offer_this_program() noexcept;
bool this_program_is_offered() noexcept;

}  // namespace hotdesk::plugins::runner
