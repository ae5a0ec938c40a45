#include "plugins/rollout/handover.hpp"

#include <algorithm>

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_state = 16 * 1024 * 1024;

Error with_step(const char* step, const Error& error) { return fail(error.code, std::string(step) + ": " + error.text, error.where); }

}  // namespace

std::optional<std::uint32_t> common_schema(const StateSchemas& from, const StateSchemas& to) {
  std::optional<std::uint32_t> best;
  for (const std::uint32_t one : from.writes)
    if (std::find(to.reads.begin(), to.reads.end(), one) != to.reads.end() && (!best || one > *best)) best = one;
  return best;
}

Result<> Handover::run() {
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin); };
  paused_ = true;
  Result<> result = from_.pause(limit_) ? carry() : fail(Errc::busy, "calls at work did not end within " + std::to_string(limit_.count()) + " ms");
  took_ = elapsed();
  if (result && took_ > limit_)
    result = fail(Errc::busy, "the state took " + std::to_string(took_.count() / 1000) + " ms, more than " + std::to_string(limit_.count()) + " ms");
  if (!result) let_go();
  return result;
}

Result<> Handover::carry() {
  auto blob = from_.export_state(schema_);
  if (!blob) return with_step("export", blob.error());
  if (blob->size() > most_state) return fail(Errc::too_big, "the state has " + std::to_string(blob->size()) + " bytes, more than 16 MiB");
  blob_ = std::move(*blob);
  if (const auto dry = to_.import_state(schema_, blob_, true); !dry) return with_step("dry import", dry.error());
  if (const auto done = to_.import_state(schema_, blob_, false); !done) return with_step("import", done.error());
  return {};
}

void Handover::let_go() {
  if (!paused_) return;
  paused_ = false;
  from_.resume();
}

}  // namespace hotdesk::plugins
