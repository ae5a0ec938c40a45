#include "plugins/validate/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"

namespace hotdesk::plugins::validate {
namespace {

constexpr std::size_t most_report = 256 * 1024;
constexpr std::size_t most_tests = 1000;
constexpr std::size_t most_text = 4096;

/// A text member, or the error.
Result<std::string> text(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().size() > most_text)
    return fail(Errc::invalid, "must be a text of at most 4 KiB", std::string("/") + key);
  return found->get<std::string>();
}

Result<Grade> grade_of(const std::string& word) {
  for (const Grade one : {Grade::pass, Grade::fail, Grade::skip})
    if (word == to_string(one)) return one;
  return fail(Errc::invalid, "must be pass, fail or skip", "/tests/result");
}

Result<TestReport> read_test(const Json& object) {
  if (!object.is_object()) return fail(Errc::invalid, "must be an object", "/tests");
  const auto name = text(object, "name");
  const auto result = text(object, "result");
  const auto detail = text(object, "detail");
  if (!name || !result || !detail) return fail(Errc::invalid, "must have name, result and detail", "/tests");
  const auto grade = grade_of(*result);
  if (!grade) return grade.error();
  const auto ms = object.find("ms");
  return TestReport{*name, {*grade, *detail}, ms != object.end() && ms->is_number_integer() ? ms->get<std::int64_t>() : 0};
}

}  // namespace

bool Report::passed() const noexcept {
  const auto is = [](Grade grade) { return [grade](const TestReport& test) { return test.verdict.grade == grade; }; };
  return std::any_of(tests.begin(), tests.end(), is(Grade::pass)) && std::none_of(tests.begin(), tests.end(), is(Grade::fail));
}

std::string to_json(const Report& report) {
  Json list = Json::array();
  for (const auto& test : report.tests)
    list.push_back({{"name", test.name}, {"result", to_string(test.verdict.grade)}, {"detail", test.verdict.detail}, {"ms", test.ms}});
  const Json object{{"plugin", report.plugin},   {"version", report.version},
                    {"build_id", report.build_id}, {"library_sha256", report.library_sha256},
                    {"host", report.host},       {"abi", report.abi},
                    {"deep", report.deep},       {"tests", std::move(list)},
                    {"passed", report.passed()}};
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Report> read_report(std::string_view json) {
  if (json.size() > most_report) return fail(Errc::too_big, "is larger than 256 KiB");
  const auto object = parse_json(json);
  if (!object) return object.error();
  if (!object->is_object()) return fail(Errc::invalid, "must be an object");
  Report report;
  for (const auto& [key, to] : {std::pair{"plugin", &report.plugin}, {"version", &report.version}, {"build_id", &report.build_id},
                                {"library_sha256", &report.library_sha256}, {"host", &report.host}, {"abi", &report.abi}}) {
    auto value = text(*object, key);
    if (!value) return value.error();
    *to = std::move(*value);
  }
  const auto deep = object->find("deep");
  report.deep = deep != object->end() && deep->is_boolean() && deep->get<bool>();
  const auto tests = object->find("tests");
  if (tests == object->end() || !tests->is_array() || tests->size() > most_tests)
    return fail(Errc::invalid, "must be a list of at most 1,000 tests", "/tests");
  for (const Json& one : *tests) {
    auto test = read_test(one);
    if (!test) return test.error();
    report.tests.push_back(std::move(*test));
  }
  const auto says = object->find("passed");
  if (says == object->end() || !says->is_boolean() || says->get<bool>() != report.passed())
    return fail(Errc::invalid, "does not agree with the tests", "/passed");
  return report;
}

Result<> check_report(std::string_view json, const Manifest& manifest) {
  const auto report = read_report(json);
  if (!report) return report.error();
  if (report->plugin != manifest.id || report->version != manifest.version)
    return fail(Errc::invalid, "is of " + report->plugin + " " + report->version + ": validate this package");
  const auto is_tested = [&](const auto& file) { return file.second == report->library_sha256; };
  if (std::none_of(manifest.files.begin(), manifest.files.end(), is_tested))
    return fail(Errc::invalid, "is of another build of the library: validate it again, then pack");
  for (const auto& test : report->tests)
    if (test.verdict.grade == Grade::fail) return fail(Errc::invalid, "says that " + test.name + " failed: " + test.verdict.detail);
  if (!report->passed()) return fail(Errc::invalid, "has no passed test");
  return {};
}

}  // namespace hotdesk::plugins::validate
