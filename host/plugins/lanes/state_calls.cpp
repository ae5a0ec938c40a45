#include "plugins/lanes/state_calls.hpp"

#include <algorithm>
#include <cstring>

#include "plugins/calls/translate.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

/// Calls plugin code; an exception is an internal error.
template <class Work>
hotdesk_result guarded(const Target& target, const Work& work) noexcept {
  const CallMark mark(this_thread(), target.side->mark(), target.side);
  try {
    return known_code(work());
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

hotdesk_result take(const hotdesk_sink* sink, const void* data, std::uint64_t bytes) noexcept {
  auto& out = *static_cast<std::string*>(sink->context);
  if (bytes > most_state || out.size() + bytes > most_state) return HOTDESK_E_BUDGET;
  try {
    out.append(static_cast<const char*>(data), static_cast<std::size_t>(bytes));
    return HOTDESK_OK;
  } catch (...) {
    return HOTDESK_E_BUDGET;
  }
}

struct Reading {
  std::string_view left;
};
hotdesk_result give(const hotdesk_source* source, void* data, std::uint64_t capacity, std::uint64_t* bytes) noexcept {
  auto& reading = *static_cast<Reading*>(source->context);
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(capacity), reading.left.size());
  std::memcpy(data, reading.left.data(), count);
  reading.left.remove_prefix(count);
  *bytes = count;
  return HOTDESK_OK;
}

}  // namespace

Result<std::string> export_state(const Target& target, std::uint32_t target_schema) {
  if (target.tables.state == nullptr || target.tables.state->export_state == nullptr)
    return fail(Errc::unsupported, "has no state to export");
  std::string out;
  const hotdesk_sink sink{sizeof sink, 0, &out, &take};
  const auto code = guarded(target, [&] { return target.tables.state->export_state(target.raw, target_schema, &sink); });
  if (code == HOTDESK_OK) return out;
  return fail(Errc::unsupported, "did not export its state in schema " + std::to_string(target_schema) + " (" + result_name(code) + ")");
}

Result<> import_state(const Target& target, std::uint32_t schema, std::string_view blob, bool dry_run) {
  if (target.tables.state == nullptr || target.tables.state->import_state == nullptr)
    return fail(Errc::unsupported, "cannot import a state");
  Reading reading{blob};
  const hotdesk_source source{sizeof source, 0, &reading, &give};
  const auto code = guarded(target, [&] { return target.tables.state->import_state(target.raw, schema, &source, dry_run ? 1 : 0); });
  if (code == HOTDESK_OK) return {};
  return fail(Errc::unsupported, "refused the state in schema " + std::to_string(schema) + " (" + result_name(code) + ")");
}

hotdesk_result check_health(const Target& target, std::int32_t level) {
  if (target.tables.health == nullptr || target.tables.health->check == nullptr) return HOTDESK_OK;
  return guarded(target, [&] { return target.tables.health->check(target.raw, level); });
}

}  // namespace hotdesk::plugins
