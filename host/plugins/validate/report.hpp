#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugins/manifest.hpp"

namespace hotdesk::plugins::validate {

enum class Grade : std::uint8_t { pass, fail, skip };
constexpr std::string_view to_string(Grade grade) noexcept {
  return grade == Grade::pass ? "pass" : grade == Grade::fail ? "fail" : "skip";
}

/// What one test came to. `detail`: for a failure what was seen and what to do, for a pass a measurement or nothing, for a
/// skip why the test does not apply.
struct Verdict {
  Grade grade = Grade::pass;
  std::string detail;
};
inline Verdict passed(std::string detail = {}) { return {Grade::pass, std::move(detail)}; }
inline Verdict failed(std::string detail) { return {Grade::fail, std::move(detail)}; }
inline Verdict skipped(std::string detail) { return {Grade::skip, std::move(detail)}; }

struct TestReport {
  std::string name;
  Verdict verdict;
  std::int64_t ms = 0;
};

/// What `hotdesk plugin validate` found; in JSON the report.json that may lie in a package and that install looks at:
/// {plugin, version, build_id, library_sha256, host, abi, deep, tests:[{name, result, detail, ms}], passed}.
struct Report {
  std::string plugin;
  std::string version;
  std::string build_id;
  std::string library_sha256;  ///< of what was tested: a report of another build is worth nothing
  std::string host;
  std::string abi;
  bool deep = false;
  std::vector<TestReport> tests;

  /// At least one test passed and none failed.
  bool passed() const noexcept;
};

std::string to_json(const Report& report);
/// Reads such a text from anybody. Errc::invalid with the member that is wrong.
Result<Report> read_report(std::string_view json);

/// Whether a package's report.json vouches for it: passed, of this plugin and version, and of this very build (one of the files
/// that the manifest names has the hash of the library that was tested). Else why not.
Result<> check_report(std::string_view json, const Manifest& manifest);

}  // namespace hotdesk::plugins::validate
