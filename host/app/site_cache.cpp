#include "app/site_cache.hpp"

namespace hotdesk::app {

Result<std::shared_ptr<const tenants::Site>> SiteCache::load(const std::string& code) {
  const std::int64_t now = clock_.steady_ms();
  {
    const std::lock_guard lock(mutex_);
    const auto at = slots_.find(code);
    if (at != slots_.end() && now - at->second.at < fresh_ms_) return at->second.site;
  }
  auto read = sites_.find_site_by_code(code);
  if (!read) return read.error();
  const std::lock_guard lock(mutex_);
  if (!*read) {
    slots_.erase(code);
    return std::shared_ptr<const tenants::Site>{};
  }
  auto site = std::make_shared<const tenants::Site>(std::move(**read));
  slots_[code] = Slot{site, now};
  return site;
}

std::shared_ptr<const tenants::Site> SiteCache::peek(const std::string& code) const {
  const std::lock_guard lock(mutex_);
  const auto at = slots_.find(code);
  return at == slots_.end() ? nullptr : at->second.site;
}

}  // namespace hotdesk::app
