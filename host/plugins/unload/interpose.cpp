#include "plugins/unload/interpose.hpp"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>

#include <cstring>
#include <new>

#include "plugins/unload/registry.hpp"

namespace hotdesk::plugins::unload {
namespace {

constinit thread_local ThreadList* mine = nullptr;
constinit std::atomic<const Export*> announced{nullptr};

char own_object = 0;  ///< lies in the executable, which is never unloaded: a dso handle for the C library

bool passes() noexcept { return registry().disabled.load(std::memory_order_relaxed) || registry().watched.load(std::memory_order_acquire) == 0; }

/// The C library calls this when a thread that has entries ends.
void end_of_thread(void*) {
  while (run_one(false)) {
  }
  const std::lock_guard lock(registry().mutex);
  ThreadList* list = mine;
  (list->previous != nullptr ? list->previous->next : registry().lists) = list->next;
  if (list->next != nullptr) list->next->previous = list->previous;
  delete list;
  mine = nullptr;
}

bool make_list(AtexitFn* real) noexcept {
  auto* list = new (std::nothrow) ThreadList;
  if (list == nullptr || real(&end_of_thread, nullptr, &own_object) != 0) {
    delete list;
    return false;
  }
  const std::lock_guard lock(registry().mutex);
  list->next = registry().lists;
  if (list->next != nullptr) list->next->previous = list;
  registry().lists = list;
  mine = list;
  return true;
}

/// A thread that a library started, until it has ended.
struct Started {
  void* (*start)(void*);
  void* argument;
  Range* range;
  int rounds = 0;
};

pthread_key_t end_key() noexcept;

/// Keys' destructors are run in rounds; the library's own may still run in the last. It counts as ended then.
void last_round(void* value) {
  auto* started = static_cast<Started*>(value);
  if (++started->rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
    pthread_setspecific(end_key(), started);
    return;
  }
  {
    const std::lock_guard lock(registry().mutex);
    --started->range->threads;
  }
  delete started;
}

pthread_key_t end_key() noexcept {
  static const pthread_key_t key = [] {
    pthread_key_t made = 0;
    pthread_key_create(&made, &last_round);
    return made;
  }();
  return key;
}

void* run_counted(void* value) {
  auto* started = static_cast<Started*>(value);
  pthread_setspecific(end_key(), started);
  return started->start(started->argument);
}

/// std::thread's threads begin in libstdc++, with an object of a class of whoever started them: its vtable tells who.
Range* owner_of_state(void* (*start)(void*), void* argument) noexcept {
  Dl_info info{};
  if (argument == nullptr || dladdr(reinterpret_cast<void*>(start), &info) == 0 || info.dli_fname == nullptr ||
      std::strstr(info.dli_fname, "libstdc++.so") == nullptr)
    return nullptr;
  const void* vtable = nullptr;
  std::memcpy(&vtable, argument, sizeof vtable);
  return owner_of(vtable);
}

}  // namespace

ThreadList* own_list() noexcept { return mine; }

int tls_destructor(void (*destructor)(void*), void* object, void* dso, AtexitFn* real) noexcept {
  if (passes()) return real(destructor, object, dso);
  Range* range = owner_of(dso);
  if (range == nullptr) range = owner_of(reinterpret_cast<void*>(destructor));
  if (range == nullptr) return real(destructor, object, dso);
  auto* entry = new (std::nothrow) TlsEntry{destructor, object, range, nullptr};
  if (entry == nullptr || (mine == nullptr && !make_list(real))) {
    delete entry;
    return real(destructor, object, dso);  // out of memory: the library will stay mapped
  }
  const std::lock_guard lock(registry().mutex);
  entry->next = mine->first;
  mine->first = entry;
  ++range->owed;
  return 0;
}

int key_create(pthread_key_t* key, void (*destructor)(void*), const void* caller, KeyCreateFn* real) noexcept {
  const int made = real(key, destructor);
  if (made != 0 || passes()) return made;
  Range* range = destructor != nullptr ? owner_of(reinterpret_cast<void*>(destructor)) : nullptr;
  if (range == nullptr) range = owner_of(caller);
  if (range == nullptr) return made;
  auto* record = new (std::nothrow) KeyRecord{*key, destructor, nullptr};
  if (record == nullptr) return made;
  const std::lock_guard lock(registry().mutex);
  record->next = range->keys;
  range->keys = record;
  return made;
}

int key_delete(pthread_key_t key, KeyDeleteFn* real) noexcept {
  if (!passes()) {
    const std::lock_guard lock(registry().mutex);
    for (Range* range = registry().ranges; range != nullptr; range = range->next)
      for (KeyRecord** at = &range->keys; *at != nullptr; at = &(*at)->next)
        if ((*at)->key == key) {
          KeyRecord* gone = *at;
          *at = gone->next;
          delete gone;
          return real(key);
        }
  }
  return real(key);
}

int thread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument,
                  const void* caller, ThreadCreateFn* real) noexcept {
  if (passes()) return real(thread, attributes, start, argument);
  Range* range = owner_of(reinterpret_cast<void*>(start));
  if (range == nullptr) range = owner_of(caller);
  if (range == nullptr) range = owner_of_state(start, argument);
  if (range == nullptr) return real(thread, attributes, start, argument);
  auto* started = new (std::nothrow) Started{start, argument, range};
  if (started == nullptr) return EAGAIN;
  (void)end_key();
  {
    const std::lock_guard lock(registry().mutex);
    ++range->threads;
  }
  const int made = real(thread, attributes, &run_counted, started);
  if (made != 0) {
    const std::lock_guard lock(registry().mutex);
    --range->threads;
    delete started;
  }
  return made;
}

std::size_t WatchedImage::delete_keys() {
  std::size_t count = 0;
  for (;;) {
    pthread_key_t key = 0;
    {
      const std::lock_guard lock(registry().mutex);
      if (range_->keys == nullptr) return count;
      key = range_->keys->key;
    }
    pthread_key_delete(key);  // by the hook, which takes it off the list
    ++count;
  }
}

void announce(const Export* exports) noexcept { announced.store(exports, std::memory_order_release); }
void disable_hooks() noexcept { registry().disabled = true; }

bool hooks_active() noexcept {
  static const bool bound = [] {
    const Export* exports = announced.load(std::memory_order_acquire);
    if (exports == nullptr) return false;
    for (; exports->name != nullptr; ++exports)
      if (dlsym(RTLD_DEFAULT, exports->name) != exports->address) return false;
    return true;
  }();
  return bound && !registry().disabled.load(std::memory_order_relaxed);
}

}  // namespace hotdesk::plugins::unload
