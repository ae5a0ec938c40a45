#pragma once
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins::unload {

/// A thread-specific key of a library.
struct KeyRecord {
  pthread_key_t key = 0;
  void (*destructor)(void*) = nullptr;
  KeyRecord* next = nullptr;
};

/// One watched library. All members but the constant ones are under registry().mutex.
struct Range {
  const std::string path;
  const std::string mark;
  std::uintptr_t begin = 0;  ///< 0: not mapped yet
  std::uintptr_t end = 0;
  bool detaching = false;
  bool visited = false;      ///< detach() was asked once already
  std::size_t owed = 0;      ///< destructors registered and not yet returned from
  std::size_t threads = 0;   ///< started by it, not ended
  KeyRecord* keys = nullptr;
  Range* next = nullptr;
};

/// A thread_local object of a library, on the list of the thread that it belongs to.
struct TlsEntry {
  void (*destructor)(void*) = nullptr;
  void* object = nullptr;
  Range* range = nullptr;
  TlsEntry* next = nullptr;
};

/// What one thread has; newest first. Only the thread itself takes entries off.
struct ThreadList {
  TlsEntry* first = nullptr;
  ThreadList* previous = nullptr;
  ThreadList* next = nullptr;
};

/// Alive before main and after exit, hence without a destructor.
struct Registry {
  std::mutex mutex;
  Range* ranges = nullptr;
  ThreadList* lists = nullptr;
  std::atomic<int> watched{0};    ///< ranges
  std::atomic<int> detaching{0};  ///< of these: being detached
  std::atomic<bool> disabled{false};

  /// The library that an address lies in; with the mutex held.
  Range* find(std::uintptr_t address) const noexcept {
    for (Range* range = ranges; range != nullptr; range = range->next)
      if (address >= range->begin && address < range->end) return range;
    return nullptr;
  }
};
Registry& registry() noexcept;

/// The library that an address lies in, also one whose constructors run right now on this thread. nullptr: none.
Range* owner_of(const void* address) noexcept;

/// The calling thread's list; nullptr: it has nothing.
ThreadList* own_list() noexcept;
/// Takes the newest entry (of a detaching library only, if said so) off the own list and runs it. False: there is none.
bool run_one(bool detaching_only) noexcept;
/// Ends the calling thread's values of the keys of detaching libraries.
void end_key_values() noexcept;

}  // namespace hotdesk::plugins::unload
