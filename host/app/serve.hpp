#pragma once
#include "app/config.hpp"

namespace hotdesk::app {

/// Runs the server until SIGTERM or SIGINT, then drains and stops. SIGHUP reads the certificate again.
/// @return the process's exit status: 0 after a clean end, 1 when it could not start (the reason is on standard error).
int serve(const Config& config);

}  // namespace hotdesk::app
