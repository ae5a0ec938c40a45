#include "plugins/validate/doubles.hpp"

#include "hotdesk/plugin/plugin.h"

namespace hotdesk::plugins::validate {

hotdesk_result MemoryKv::get(std::string_view key, const hotdesk_sink& sink) const {
  if (failing_) return HOTDESK_E_OVERLOAD;
  std::string value;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return HOTDESK_SKIP;
    value = found->second;
  }
  return sink.write(&sink, value.data(), value.size());
}

hotdesk_result MemoryKv::set(std::string_view key, std::string_view value) {
  if (failing_) return HOTDESK_E_OVERLOAD;
  const std::lock_guard lock(mutex_);
  if (key.size() > 256 || value.size() > 64 * 1024 || entries_.size() >= 4096) return HOTDESK_E_BUDGET;
  entries_.insert_or_assign(std::string(key), std::string(value));
  return HOTDESK_OK;
}

hotdesk_result MemoryKv::erase(std::string_view key) {
  if (failing_) return HOTDESK_E_OVERLOAD;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return HOTDESK_SKIP;
  entries_.erase(found);
  return HOTDESK_OK;
}

hotdesk_result MemoryKv::list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const {
  if (failing_) return HOTDESK_E_OVERLOAD;
  const std::lock_guard lock(mutex_);
  for (auto at = entries_.lower_bound(prefix); at != entries_.end() && at->first.starts_with(prefix); ++at)
    if (const auto code = each(context, {at->first.data(), at->first.size()}); code != HOTDESK_OK) return code;
  return HOTDESK_OK;
}

void Doubles::send(const CallContext&, const std::vector<std::string>&, HttpRequest, std::function<void(HttpPiece)> on_piece) {
  if (failing_) return on_piece({HOTDESK_E_TIMEOUT, 0, {}});
  on_piece({HOTDESK_PENDING, 503, "try "});
  on_piece({HOTDESK_OK, 503, "again"});
}

void Doubles::search(const CallContext&, std::string, std::uint32_t, std::function<void(hotdesk_result, std::vector<Passage>)> done) {
  if (failing_) return done(HOTDESK_E_TIMEOUT, {});
  done(HOTDESK_OK, {{Uuid{}, "Returns", "Goods can be returned within 30 days.", 0.8}});
}

void Doubles::read(const CallContext&, std::int64_t, std::uint32_t, std::function<void(hotdesk_result, std::vector<PastMessage>)> done) {
  if (failing_) return done(HOTDESK_E_TIMEOUT, {});
  done(HOTDESK_OK, {{HOTDESK_ROLE_VISITOR, 1, 1'790'000'000'000, "Hello"}, {HOTDESK_ROLE_AGENT, 2, 1'790'000'001'000, "Hi!"}});
}

hotdesk_result Doubles::message(const CallContext&, std::int32_t, std::string, std::uint32_t) {
  return failing_ ? HOTDESK_E_BUDGET : HOTDESK_OK;
}

void Doubles::find(const Uuid&, const Uuid&, std::function<void(Attributes)> done) { done({}); }

}  // namespace hotdesk::plugins::validate
