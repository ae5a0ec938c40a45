#include "api/idempotency.hpp"

namespace hotdesk::api {

void Idempotency::erase(std::unordered_map<std::string, Kept>::iterator at) {
  bytes_ -= at->second.bytes;
  by_age_.erase(at->second.place);
  kept_.erase(at);
}

void Idempotency::trim(std::int64_t now) {
  while (!by_age_.empty()) {
    const auto oldest = kept_.find(by_age_.back());
    if (bytes_ <= limits_.bytes && now - oldest->second.at < limits_.keep_ms) return;
    erase(oldest);
  }
}

Idempotency::Begun Idempotency::begin(const std::string& name, std::string_view content) {
  const std::lock_guard guard(mutex_);
  const std::int64_t now = clock_.steady_ms();
  trim(now);
  if (const auto found = kept_.find(name); found != kept_.end()) {
    if (found->second.content != content) return Reused{};
    if (!found->second.done) return UnderWay{};
    return found->second.response;
  }
  by_age_.push_front(name);
  Kept& kept = kept_[name];
  kept.content = content;
  kept.at = now;
  kept.place = by_age_.begin();
  kept.bytes = 2 * name.size() + content.size() + 300;
  bytes_ += kept.bytes;
  return First{};
}

void Idempotency::finish(const std::string& name, const net::HttpResponse& response) {
  const std::lock_guard guard(mutex_);
  const auto found = kept_.find(name);
  if (found == kept_.end()) return;  // crowded out
  Kept& kept = found->second;
  kept.done = true;
  kept.response = response;
  kept.bytes += response.content().size() + 300;
  bytes_ += response.content().size() + 300;
}

void Idempotency::forget(const std::string& name) {
  const std::lock_guard guard(mutex_);
  if (const auto found = kept_.find(name); found != kept_.end()) erase(found);
}

}  // namespace hotdesk::api
