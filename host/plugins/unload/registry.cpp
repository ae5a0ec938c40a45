#include "plugins/unload/registry.hpp"

#include <link.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "plugins/thread_record.hpp"

namespace hotdesk::plugins::unload {
namespace {

constinit Registry the_registry;
constinit thread_local Range* loading = nullptr;  ///< what this thread is mapping right now

struct Bounds {
  const char* path;
  std::uintptr_t begin;
  std::uintptr_t end;
};

int look_at(dl_phdr_info* info, std::size_t, void* data) {
  auto& wanted = *static_cast<Bounds*>(data);
  if (info->dlpi_name == nullptr || std::strcmp(info->dlpi_name, wanted.path) != 0) return 0;
  wanted.begin = ~std::uintptr_t{0};
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    wanted.begin = std::min<std::uintptr_t>(wanted.begin, info->dlpi_addr + segment.p_vaddr);
    wanted.end = std::max<std::uintptr_t>(wanted.end, info->dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  return 1;
}

/// Never with the registry's mutex held: the dynamic loader has locks of its own, under which hooks run.
bool locate_range(Range& range) noexcept {
  Bounds bounds{range.path.c_str(), 0, 0};
  if (dl_iterate_phdr(&look_at, &bounds) == 0) return false;
  const std::lock_guard lock(the_registry.mutex);
  range.begin = bounds.begin;
  range.end = bounds.end;
  return true;
}

/// The crash journal and the watchdog shall name the plugin whose destructor is at work. A thread that is ending may have
/// given its record back already: it gets none anew.
class Marked {
 public:
  explicit Marked(const Range& range) noexcept {
    if (ThreadRecord* record = find_this_thread()) mark_.emplace(*record, range.mark.c_str());
  }

 private:
  std::optional<CallMark> mark_;
};

}  // namespace

Registry& registry() noexcept { return the_registry; }

Range* owner_of(const void* address) noexcept {
  if (the_registry.watched.load(std::memory_order_acquire) == 0) return nullptr;
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  if (loading != nullptr && loading->begin == 0) locate_range(*loading);
  const std::lock_guard lock(the_registry.mutex);
  return the_registry.find(wanted);
}

void end_key_values() noexcept {
  struct Owned {
    Range* range;
    KeyRecord key;
  };
  std::vector<Owned> all;
  {
    const std::lock_guard lock(the_registry.mutex);
    for (Range* range = the_registry.ranges; range != nullptr; range = range->next)
      for (const KeyRecord* key = range->detaching ? range->keys : nullptr; key != nullptr; key = key->next)
        if (key->destructor != nullptr && pthread_getspecific(key->key) != nullptr) {
          ++range->owed;
          all.push_back({range, *key});
        }
  }
  for (const Owned& one : all) {
    if (void* value = pthread_getspecific(one.key.key)) {
      pthread_setspecific(one.key.key, nullptr);
      const Marked mark(*one.range);
      one.key.destructor(value);
    }
    const std::lock_guard lock(the_registry.mutex);
    --one.range->owed;
  }
}

bool run_one(bool detaching_only) noexcept {
  ThreadList* list = own_list();
  if (list == nullptr) return false;
  TlsEntry* entry = nullptr;
  {
    const std::lock_guard lock(the_registry.mutex);
    TlsEntry** at = &list->first;
    while (*at != nullptr && detaching_only && !(*at)->range->detaching) at = &(*at)->next;
    entry = *at;
    if (entry == nullptr) return false;
    *at = entry->next;
  }
  {
    const Marked mark(*entry->range);
    entry->destructor(entry->object);
  }
  const std::lock_guard lock(the_registry.mutex);
  --entry->range->owed;  // only now: until the destructor has returned its code must stay
  delete entry;
  return true;
}

WatchedImage::WatchedImage(const std::string& path, const std::string& mark) : range_(new Range{path, mark}) {
  const std::lock_guard lock(the_registry.mutex);
  range_->next = the_registry.ranges;
  the_registry.ranges = range_;
  ++the_registry.watched;
  loading = range_;
}

WatchedImage::~WatchedImage() {
  if (loading == range_) loading = nullptr;
  const std::lock_guard lock(the_registry.mutex);
  if (range_->detaching) --the_registry.detaching;
  range_->detaching = false;
  if (range_->owed != 0 || range_->threads != 0 || range_->keys != nullptr) return;
  --the_registry.watched;
  Range** at = &the_registry.ranges;
  while (*at != range_) at = &(*at)->next;
  *at = range_->next;
  delete range_;
}

bool WatchedImage::locate() noexcept {
  loading = nullptr;
  return locate_range(*range_);
}

bool WatchedImage::contains(const void* address) const noexcept {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  return wanted >= range_->begin && wanted < range_->end;
}

bool WatchedImage::is_mapped() const noexcept {
  Bounds bounds{range_->path.c_str(), 0, 0};
  return dl_iterate_phdr(&look_at, &bounds) != 0;
}

std::size_t WatchedImage::threads() const {
  const std::lock_guard lock(the_registry.mutex);
  return range_->threads;
}

void WatchedImage::abandon() {
  const std::lock_guard lock(the_registry.mutex);
  if (range_->detaching) --the_registry.detaching;
  range_->detaching = false;
}

void WatchedImage::forget() {
  const std::lock_guard lock(the_registry.mutex);
  for (ThreadList* list = the_registry.lists; list != nullptr; list = list->next)
    for (TlsEntry** at = &list->first; *at != nullptr;) {
      TlsEntry* entry = *at;
      if (entry->range == range_) {
        *at = entry->next;
        delete entry;
      } else {
        at = &entry->next;
      }
    }
  while (KeyRecord* key = range_->keys) {
    range_->keys = key->next;
    delete key;  // the key itself stays taken: its library is not there to miss it
  }
  range_->owed = 0;
}

}  // namespace hotdesk::plugins::unload
