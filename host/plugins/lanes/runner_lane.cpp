#include "plugins/lanes/runner_lane.hpp"

namespace hotdesk::plugins {

std::unique_ptr<RunnerLane> make_runner_lane(const RunnerOptions&, Services&, std::function<void(const RunnerEvent&)>) { return nullptr; }

}  // namespace hotdesk::plugins
