#include "app/cli/command.hpp"

int main(int argc, char** argv) { return hotdesk::app::cli::run(argc, argv); }
