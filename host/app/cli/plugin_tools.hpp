#pragma once

namespace CLI {
class App;
}

namespace hotdesk::app::cli {

struct Line;

// What a vendor needs of `hotdesk plugin`; none of these looks at an installation or a server.
void add_plugin_new(CLI::App& plugin, Line& line);

}  // namespace hotdesk::app::cli
