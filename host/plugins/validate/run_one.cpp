// The other side of validate(): one test in this process.
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "hotdesk/plugin/plugin.h"
#include "plugins/library.hpp"
#include "plugins/validate/steps.hpp"
#include "plugins/validate/validate.hpp"

namespace hotdesk::plugins::validate {
namespace {

namespace fs = std::filesystem;

/// A private folder that goes with the process's good end (the parent's temporary folder takes what a crash leaves: links).
class RunDir {
 public:
  RunDir() : path_((fs::temp_directory_path() / "hotdesk-validate.XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~RunDir() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  RunDir(const RunDir&) = delete;
  RunDir& operator=(const RunDir&) = delete;
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

int tell(int fd, const Json& answer) {
  const std::string text = dump_json(answer);
  return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
}

Json describe(const std::string& library, const std::string& run_dir) {
  const auto sealed = SealedFile::read(library, "describe", 32 * 1024 * 1024);
  if (!sealed) return {{"error", sealed.error().text}};
  const auto loaded = Library::load(*sealed, run_dir, "describe");
  if (!loaded) return {{"error", loaded.error().text}};
  const auto* descriptor = (*loaded)->query()(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
  if (descriptor == nullptr || descriptor->id == nullptr || descriptor->version == nullptr || descriptor->build_id == nullptr)
    return {{"error", "answers that it does not work with this host's ABI"}};
  Json provides = Json::array();
  for (const char* id : {HOTDESK_EXT_FILTER, HOTDESK_EXT_ROUTER, HOTDESK_EXT_RESPONDER, HOTDESK_EXT_GRAY, HOTDESK_EXT_EVENTS, HOTDESK_EXT_STATE, HOTDESK_EXT_HEALTH})
    if (descriptor->get_extension(id) != nullptr) provides.push_back(id);
  const auto* state = static_cast<const hotdesk_state*>(descriptor->get_extension(HOTDESK_EXT_STATE));
  return {{"id", descriptor->id}, {"version", descriptor->version}, {"build_id", descriptor->build_id}, {"provides", std::move(provides)},
          {"state_schema", state != nullptr ? state->schema : 0}};
}

}  // namespace

int run_one(const std::string& test, const std::string& folder, const std::string& host_version, bool deep, int fd) {
  const RunDir run_dir;
  if (run_dir.path().empty()) return 1;
  if (test == "describe") return tell(fd, describe(folder, run_dir.path()));
  const Test* chosen = find_test(test);
  const auto subject = Subject::open_folder(folder);
  if (chosen == nullptr || !subject) return tell(fd, {{"result", "fail"}, {"detail", chosen == nullptr ? "no such test" : subject.error().text}});
  const auto tell_verdict = [fd](const Verdict& verdict) { return tell(fd, {{"result", to_string(verdict.grade)}, {"detail", verdict.detail}}); };
  set_teller(tell_verdict);
  return tell_verdict(chosen->run({*subject, run_dir.path(), host_version, deep}));
}

}  // namespace hotdesk::plugins::validate
