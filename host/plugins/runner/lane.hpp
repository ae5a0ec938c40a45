#pragma once
#include <functional>
#include <memory>

#include "plugins/lanes/runner_lane.hpp"
#include "plugins/runner/blueprint.hpp"

namespace hotdesk::plugins::runner {

/// As make_runner_lane(), with times of one's own.
std::unique_ptr<RunnerLane> make_lane(const RunnerOptions& options, const Rhythm& rhythm, Services& services,
                                      std::function<void(const RunnerEvent&)> on_event);

}  // namespace hotdesk::plugins::runner
