#pragma once

namespace CLI {
class App;
}

namespace hotdesk::app::cli {

struct Line;

// What a vendor needs of `hotdesk plugin`; none of these looks at an installation or a server.
void add_plugin_new(CLI::App& plugin, Line& line);
void add_plugin_validate(CLI::App& plugin, Line& line);
void add_plugin_bench(CLI::App& plugin, Line& line);

// Rollouts, shadow, pins, marks: verbs on a running server.
void add_plugin_rollout(CLI::App& plugin, Line& line);

// pack, keygen, sign, verify: files alone. install, trust, grant: a running server or, without one, the installation.
void add_plugin_packages(CLI::App& plugin, Line& line);

}  // namespace hotdesk::app::cli
