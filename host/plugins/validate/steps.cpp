#include "plugins/validate/steps.hpp"

#include <unistd.h>

#include "plugins/negotiation.hpp"

namespace hotdesk::plugins::validate {
namespace {

std::function<void(const Verdict&)> tell;

}  // namespace

void set_teller(std::function<void(const Verdict&)> teller) { tell = std::move(teller); }

void break_off(std::string detail) {
  if (tell) tell(failed(std::move(detail)));
  _exit(0);
}

Bench::Bench(const Context& context, Lab::Options options)
    : lab_(context.subject, context.run_dir, context.host_version, options),
      image_(need(lab_.load(), "loading")),
      instance_(need(lab_.make(*image_), "making an instance")),
      methods_(lab_.methods_of(*image_)) {}

Bench::~Bench() {
  if (instance_) close();
}

void Bench::close() {
  need(lab_.end(instance_), "ending the instance");
  need(lab_.unload(image_), "unloading");
}

const char* name_of(Method method) noexcept {
  switch (method) {
    case Method::inspect: return "filter";
    case Method::route: return "router";
    case Method::reply: return "responder";
    case Method::assign: return "gray";
    case Method::on_event: return "events";
  }
  return "?";
}

bool is_answer(const Outcome& outcome, std::string& why) {
  switch (outcome.code) {
    case HOTDESK_OK:
    case HOTDESK_SKIP:
    case HOTDESK_E_OVERLOAD:
    case HOTDESK_E_BUDGET:
    case HOTDESK_E_DENIED: return true;
    default: break;
  }
  why = result_name(outcome.code);
  if (!outcome.failed_text.empty()) why += ": " + outcome.failed_text;
  if (!outcome.failed_path.empty()) why += " (" + outcome.failed_path + ")";
  return false;
}

}  // namespace hotdesk::plugins::validate
