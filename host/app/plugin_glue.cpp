#include "app/plugin_glue.hpp"

#include <optional>

#include "observe/log.hpp"

namespace hotdesk::app {

void LoopQuiesce::mark() {
  loops_.for_each_loop([](std::size_t) {
    static thread_local std::optional<plugins::HookThread> marked;
    if (!marked) marked.emplace();
  });
}

void LoopQuiesce::for_each_thread(std::function<void()> task) {
  loops_.for_each_loop([&task](std::size_t) { task(); });
}

void log_plugin(plugins::LogLevel level, std::string_view component, std::string_view text) {
  constexpr log::Level levels[] = {log::Level::debug, log::Level::info, log::Level::warn, log::Level::error};
  log::write(levels[static_cast<std::size_t>(level)], component, text);
}

}  // namespace hotdesk::app
