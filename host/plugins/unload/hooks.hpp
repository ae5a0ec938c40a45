#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace hotdesk::plugins::unload {

/// Whether this executable's unload hooks are in force: defined in it (hotdesk_export_unload_hooks()), exported, and what
/// libraries are bound to. Without them a library with thread_local destructors or thread-specific keys cannot be unloaded
/// deterministically, and the gate refuses it. Thread: any, after main began.
bool hooks_active() noexcept;

/// Lets everything pass to the C library as if there were no hooks: the control of tests and benchmarks. Before the first
/// library is loaded, or never.
void disable_hooks() noexcept;

struct Range;

/// What the hooks know of one loaded library: which thread_local objects, keys and threads are its own. Made before the
/// library is mapped, because its constructors run inside dlopen. Thread: the loader's.
class WatchedImage {
 public:
  /// `path` is the name that the library will be loaded under; `mark` the crash marker while its destructors run.
  WatchedImage(const std::string& path, const std::string& mark);
  /// Forgets the library if nothing of it is left; else it is watched for ever, as it must then stay mapped for ever.
  ~WatchedImage();
  WatchedImage(const WatchedImage&) = delete;
  WatchedImage& operator=(const WatchedImage&) = delete;

  /// Looks up where it was mapped. False: it is not.
  bool locate() noexcept;
  bool contains(const void* address) const noexcept;
  /// Whether the dynamic loader still has an object under its name.
  bool is_mapped() const noexcept;

  /// Asks every thread to end what it has of this library: destructors of thread_local objects and of key values. The
  /// calling thread does so at once, others in their next run_pending_detaches(). No code of the library may be entered
  /// any more, except by this. Returns how many threads still owe it; ask again until it is 0. Keys count as one until
  /// the second asking, so that every thread could be visited in between.
  std::size_t detach();
  /// Deletes its thread-specific keys; returns how many there were. After detach() was 0.
  std::size_t delete_keys();
  /// Threads that it started and that have not ended.
  std::size_t threads() const;
  /// It stays mapped for ever: no thread is asked any more, what they have ends with them.
  void abandon();
  /// It is unmapped: drops, without running, what its static destructors registered while it was being closed.
  void forget();

 private:
  Range* const range_;
};

/// Ends what this thread has of libraries that are to be unloaded. A load and a compare when there are none. Called by
/// threads that call plugins, between two tasks, never inside plugin code.
void run_pending_detaches() noexcept;

/// Whether any library is waiting for threads at the moment: then loops are worth visiting.
bool detaches_pending() noexcept;

/// Whether this very thread has something to end: part of the predicate by which a thread waits for tasks.
bool detach_owed() noexcept;

/// Wakes a thread that waits for tasks when detach() asks: `wake` is called on the loader thread, must take the lock that the
/// predicate is looked at under, and notify. Lives as long as the thread waits.
class DetachWaker {
 public:
  explicit DetachWaker(std::function<void()> wake);
  ~DetachWaker();
  DetachWaker(const DetachWaker&) = delete;
  DetachWaker& operator=(const DetachWaker&) = delete;

 private:
  struct Inner;
  Inner* const inner_;
};

}  // namespace hotdesk::plugins::unload
