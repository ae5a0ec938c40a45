// How the threads are asked to end what they have of a library, and how they do.
#include <algorithm>
#include <utility>
#include <vector>

#include "plugins/unload/registry.hpp"

namespace hotdesk::plugins::unload {

struct DetachWaker::Inner {
  std::function<void()> wake;
};

namespace {

struct Wakers {
  std::mutex mutex;
  std::vector<std::function<void()>*> all;
};
/// Never freed: threads may end after main.
Wakers& wakers() {
  static Wakers& all = *new Wakers;
  return all;
}

std::size_t count_owing(const Range& range) noexcept {
  const std::lock_guard lock(registry().mutex);
  std::size_t threads = 0;
  for (const ThreadList* list = registry().lists; list != nullptr; list = list->next) {
    const TlsEntry* entry = list->first;
    while (entry != nullptr && entry->range != &range) entry = entry->next;
    threads += entry != nullptr ? 1U : 0U;
  }
  return std::max<std::size_t>(threads, range.owed != 0 ? 1 : 0);
}

}  // namespace

DetachWaker::DetachWaker(std::function<void()> wake) : inner_(new Inner{std::move(wake)}) {
  const std::lock_guard lock(wakers().mutex);
  wakers().all.push_back(&inner_->wake);
}

DetachWaker::~DetachWaker() {
  {
    const std::lock_guard lock(wakers().mutex);
    std::erase(wakers().all, &inner_->wake);
  }
  delete inner_;
}

std::size_t WatchedImage::detach() {
  bool again = false;
  {
    const std::lock_guard lock(registry().mutex);
    if (!range_->detaching) ++registry().detaching;
    range_->detaching = true;
    again = std::exchange(range_->visited, true);
  }
  run_pending_detaches();
  const std::size_t owing = count_owing(*range_);
  if (owing == 0 && (again || range_->keys == nullptr)) {
    const std::lock_guard lock(registry().mutex);
    range_->detaching = false;
    --registry().detaching;
    return 0;
  }
  const std::lock_guard lock(wakers().mutex);
  for (auto* wake : wakers().all) (*wake)();
  return std::max<std::size_t>(owing, 1);
}

bool detaches_pending() noexcept { return registry().detaching.load(std::memory_order_acquire) != 0; }

void run_pending_detaches() noexcept {
  if (!detaches_pending()) return;
  while (run_one(true)) {
  }
  end_key_values();
}

bool detach_owed() noexcept {
  if (!detaches_pending()) return false;
  ThreadList* list = own_list();
  if (list == nullptr) return false;
  const std::lock_guard lock(registry().mutex);
  for (const TlsEntry* entry = list->first; entry != nullptr; entry = entry->next)
    if (entry->range->detaching) return true;
  return false;
}

}  // namespace hotdesk::plugins::unload
