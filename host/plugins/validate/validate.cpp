#include "plugins/validate/validate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "hotdesk/plugin/version.h"
#include "plugins/elf_gate.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/validate/child.hpp"
#include "plugins/validate/tests.hpp"

namespace hotdesk::plugins::validate {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::int64_t ms_since(Steady::time_point begun) { return std::chrono::duration_cast<milliseconds>(Steady::now() - begun).count(); }

std::vector<std::string> command(const Wishes& wishes, const std::string& test, const std::string& folder) {
  std::vector<std::string> result = wishes.program;
  for (auto& one : result) {
    if (one == "{test}") one = test;
    if (one == "{folder}") one = folder;
    if (one == "{deep}") one = wishes.deep ? "1" : "0";
  }
  return result;
}

/// The plugin may have written anything to its own streams.
std::string printable(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') c = ' ';
  return is_clean_text(text) ? text : "(unreadable)";
}

Verdict verdict_of(const ChildEnd& end) {
  const std::string words = printable(end.words);
  if (!end.problem.empty()) return failed(end.problem + (words.empty() ? "" : ": " + words));
  const auto answer = parse_json(end.output);
  if (!answer || !answer->is_object()) return failed("ended without a result" + (words.empty() ? "" : ": " + words));
  const auto result = answer->value("result", std::string());
  Verdict verdict{Grade::fail, answer->value("detail", std::string())};
  if (result == to_string(Grade::pass)) verdict.grade = Grade::pass;
  if (result == to_string(Grade::skip)) verdict.grade = Grade::skip;
  return verdict;
}

Result<Subject::Described> describe(const std::filesystem::path& library, void* context) {
  const auto& wishes = *static_cast<const Wishes*>(context);
  const auto sealed = SealedFile::read(library, "validate", 32 * 1024 * 1024);
  if (!sealed) return fail(sealed.error().code, sealed.error().text, library.string());
  if (const auto gate = check_library(sealed->bytes()); !gate) return fail(gate.error().code, gate.error().text, library.string());
  const auto end = run_child(command(wishes, "describe", library.string()), milliseconds(20'000));
  const auto answer = parse_json(end.output);
  if (!end.problem.empty() || !answer || !answer->is_object() || answer->contains("error"))
    return fail(Errc::invalid, "cannot be asked what it is: " + (end.problem.empty() && answer ? answer->value("error", std::string()) : end.problem + " " + printable(end.words)),
                library.string());
  return Subject::Described{answer->value("id", std::string()), answer->value("version", std::string()), answer->value("build_id", std::string()),
                            answer->value("provides", std::vector<std::string>()), answer->value("state_schema", 0U)};
}

Verdict gate(const Subject& subject) {
  const auto file = open_library(subject.package());
  if (!file) return failed(file.error().where + " " + file.error().text);
  if (const auto good = check_library(file->bytes()); !good) return failed(subject.package().manifest.library + " " + good.error().text);
  return passed(std::to_string(file->bytes().size() / 1024) + " KB");
}

Verdict negotiates(const Subject& subject, const std::string& host_version) {
  if (subject.bare()) return skipped("a library without a manifest");
  if (const auto good = negotiate(subject.package().manifest, host_version); !good) return failed(good.error().text);
  return passed();
}

}  // namespace

Result<Report> validate(const Wishes& wishes) {
  for (const auto& name : wishes.only)
    if (find_test(name) == nullptr) return fail(Errc::invalid, "there is no test of that name", name);
  auto subject = Subject::open(wishes.path, &describe, const_cast<Wishes*>(&wishes));
  if (!subject) return subject.error();
  const Manifest& manifest = subject->package().manifest;
  Report report{manifest.id, manifest.version, manifest.build_id, subject->library_sha256(), wishes.host_version,
                std::to_string(HOTDESK_ABI_MAJOR) + "." + std::to_string(HOTDESK_ABI_MINOR), wishes.deep, {}};
  const auto add = [&](const char* name, Verdict verdict, std::int64_t ms) {
    report.tests.push_back({name, std::move(verdict), ms});
    if (wishes.progress) wishes.progress(report.tests.back());
  };

  auto begun = Steady::now();
  add("gate", gate(*subject), ms_since(begun));
  begun = Steady::now();
  add("manifest", negotiates(*subject, wishes.host_version), ms_since(begun));
  if (report.tests[0].verdict.grade == Grade::fail || report.tests[1].verdict.grade == Grade::fail)
    return report;  // no host would run any of its code, so neither does this
  for (const Test& test : all_tests()) {
    if (!wishes.only.empty() && std::find(wishes.only.begin(), wishes.only.end(), test.name) == wishes.only.end()) continue;
    if (subject->bare() && test.run == &identity) {
      add(test.name, skipped("a library without a manifest"), 0);
      continue;
    }
    begun = Steady::now();
    const auto limit = milliseconds(test.limit) * (wishes.deep ? 5 : 1);
    const auto end = run_child(command(wishes, test.name, subject->package().folder.string()), limit);
    add(test.name, verdict_of(end), ms_since(begun));
  }
  return report;
}

}  // namespace hotdesk::plugins::validate
