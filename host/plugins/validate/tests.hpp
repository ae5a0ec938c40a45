#pragma once
#include <chrono>
#include <filesystem>
#include <span>
#include <string>

#include "plugins/validate/report.hpp"
#include "plugins/validate/subject.hpp"

namespace hotdesk::plugins::validate {

/// What a test works with.
struct Context {
  const Subject& subject;
  std::filesystem::path run_dir;  ///< private, for the names that libraries are loaded under
  std::string host_version;
  bool deep = false;              ///< five times as long

  std::size_t times(std::size_t usual) const noexcept { return deep ? usual * 5 : usual; }
};

/// One promise of a plugin and the test for it. Runs alone in a process of its own, where it may crash, hang or leak.
struct Test {
  const char* name;
  const char* promise;  ///< for people: "answers the same each time, within microseconds"
  std::chrono::seconds limit;
  Verdict (*run)(const Context& context);
};

std::span<const Test> all_tests() noexcept;
/// nullptr: there is none of that name.
const Test* find_test(std::string_view name) noexcept;

// tests_entry.cpp
Verdict query(const Context& context);
Verdict unknown_ids(const Context& context);
Verdict identity(const Context& context);
Verdict create(const Context& context);
Verdict health(const Context& context);
// tests_unload.cpp
Verdict cycles(const Context& context);
Verdict live_threads(const Context& context);
Verdict side_by_side(const Context& context);
Verdict traces(const Context& context);
// tests_calls.cpp
Verdict usual_calls(const Context& context);
Verdict many_threads(const Context& context);
Verdict broken_text(const Context& context);
Verdict large_message(const Context& context);
Verdict in_time(const Context& context);
Verdict failing_services(const Context& context);
// tests_handles.cpp
Verdict dead_handles(const Context& context);
Verdict cancel(const Context& context);
// tests_state.cpp
Verdict state_round_trip(const Context& context);
Verdict state_fuzz(const Context& context);

}  // namespace hotdesk::plugins::validate
