#include "visitors/sessions.hpp"

namespace hotdesk::visitors {
namespace {
constexpr std::size_t entry_overhead = 600;  // nodes, list and empty strings, measured generously

void replace(std::string& old, const std::string& with) {
  if (!with.empty()) old = with;
}
}  // namespace

Sessions::Known* Sessions::touch(const Uuid& tenant, const Uuid& visitor) {
  const auto at = known_.find(visitor);
  if (at == known_.end() || at->second.profile.tenant != tenant) return nullptr;
  Known& known = at->second;
  known.used = clock_.steady_ms();
  by_use_.splice(by_use_.begin(), by_use_, known.place);
  return &known;
}

void Sessions::measure(Known& known) {
  const Visitor& p = known.profile;
  std::size_t size = entry_overhead + p.name.size() + p.email.size() + p.phone.size() + p.external_id.size() + p.attributes.size() +
                     p.language.size() + p.device.size() + p.referrer.size();
  for (const PageView& page : known.pages) size += sizeof page + page.url.size() + page.title.size() + page.referrer.size();
  bytes_ += size - known.bytes;
  known.bytes = size;
}

void Sessions::trim() {
  const std::int64_t now = clock_.steady_ms();
  while (!by_use_.empty()) {
    const auto oldest = known_.find(by_use_.back());
    if (bytes_ <= limits_.bytes && now - oldest->second.used < limits_.keep_ms) return;
    bytes_ -= oldest->second.bytes;
    known_.erase(oldest);
    by_use_.pop_back();
  }
}

void Sessions::remember(const Visitor& profile) {
  const std::lock_guard guard(mutex_);
  Known* known = touch(profile.tenant, profile.id);
  if (known == nullptr) {
    if (known_.contains(profile.id)) return;  // an id of another tenant: ids are never shared, so this is nobody's
    by_use_.push_front(profile.id);
    known = &known_[profile.id];
    known->profile = profile;
    known->place = by_use_.begin();
    known->used = clock_.steady_ms();
  } else {
    Visitor& old = known->profile;
    replace(old.name, profile.name);
    replace(old.email, profile.email);
    replace(old.phone, profile.phone);
    replace(old.external_id, profile.external_id);
    replace(old.attributes, profile.attributes);
    replace(old.language, profile.language);
    replace(old.device, profile.device);
    if (old.referrer.empty()) old.referrer = profile.referrer;  // where the visit came from, not its last step
    old.site = profile.site;
    old.last_seen = profile.last_seen;
  }
  measure(*known);
  trim();
}

std::optional<Visitor> Sessions::find(const Uuid& tenant, const Uuid& visitor) {
  const std::lock_guard guard(mutex_);
  const Known* known = touch(tenant, visitor);
  return known == nullptr ? std::nullopt : std::optional(known->profile);
}

void Sessions::add_page(const Uuid& tenant, const Uuid& visitor, const PageView& page) {
  const std::lock_guard guard(mutex_);
  Known* known = touch(tenant, visitor);
  if (known == nullptr) return;
  if (!known->pages.empty() && known->pages.back().url == page.url) {
    replace(known->pages.back().title, page.title);
  } else {
    if (known->pages.size() >= limits_.pages) known->pages.erase(known->pages.begin());
    known->pages.push_back(page);
  }
  measure(*known);
  trim();
}

std::vector<PageView> Sessions::take_pages(const Uuid& tenant, const Uuid& visitor) {
  const std::lock_guard guard(mutex_);
  Known* known = touch(tenant, visitor);
  if (known == nullptr) return {};
  std::vector<PageView> pages = std::move(known->pages);
  known->pages.clear();
  measure(*known);
  return pages;
}

std::size_t Sessions::size() const {
  const std::lock_guard guard(mutex_);
  return known_.size();
}
std::size_t Sessions::bytes() const {
  const std::lock_guard guard(mutex_);
  return bytes_;
}

}  // namespace hotdesk::visitors
