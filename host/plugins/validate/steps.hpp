#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plugins/validate/lab.hpp"
#include "plugins/validate/report.hpp"
#include "plugins/validate/samples.hpp"
#include "plugins/validate/tests.hpp"

namespace hotdesk::plugins::validate {

/// Ends a test that failed, and its process with it: what a misbehaving plugin holds could not be taken down safely.
[[noreturn]] void break_off(std::string detail);
/// Where break_off() tells the verdict; before any test.
void set_teller(std::function<void(const Verdict&)> teller);

/// A value, or the end of the test.
template <class T>
T need(Result<T> result, const char* what) {
  if (!result) break_off(std::string(what) + ": " + result.error().text + (result.error().where.empty() ? "" : " (" + result.error().where + ")"));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// One loaded image with one instance, taken down in order.
class Bench {
 public:
  explicit Bench(const Context& context, Lab::Options options = {});
  /// As close(), if that has not been done.
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  Lab& lab() noexcept { return lab_; }
  Image& image() noexcept { return *image_; }
  Instance& instance() noexcept { return *instance_; }
  const std::vector<Method>& methods() const noexcept { return methods_; }
  /// The instance and the image; a failure ends the test.
  void close();

 private:
  Lab lab_;
  std::unique_ptr<Image> image_;
  std::shared_ptr<Instance> instance_;
  std::vector<Method> methods_;
};

/// "filter", "router", …
const char* name_of(Method method) noexcept;

/// Runs a test's body.
template <class Body>
Verdict guarded(const Body& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    return failed(std::string("threw: ") + error.what());
  }
}

/// Whether a well-formed ask may end so. `why` is set when not.
bool is_answer(const Outcome& outcome, std::string& why);

}  // namespace hotdesk::plugins::validate
