#include "plugins/thread_record.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "plugins/hook_thread.hpp"

namespace hotdesk::plugins {
namespace {

std::atomic<ThreadRecord*> first{nullptr};
std::atomic<std::uint32_t> count{0};
thread_local ThreadRecord* mine = nullptr;

/// Gives the record back when the thread ends.
struct Release {
  bool armed = false;
  ~Release() {
    if (mine == nullptr) return;
    mine->marked = false;
    mine->patience = 1;
    mine->running.store(nullptr, std::memory_order_relaxed);
    mine->used.store(false, std::memory_order_release);
    mine = nullptr;
  }
};
thread_local Release release;

/// A stack for the crash handler, which a thread that has used up its own needs. Kept with the thread, never freed: a signal may
/// come to its very end.
[[maybe_unused]] void give_signal_stack() noexcept {
  stack_t now{};
  if (sigaltstack(nullptr, &now) != 0 || (now.ss_flags & SS_DISABLE) == 0) return;
  static thread_local std::array<char, 32 * 1024> stack;
  stack_t mine_alone{};
  mine_alone.ss_sp = stack.data();
  mine_alone.ss_size = stack.size();
  sigaltstack(&mine_alone, nullptr);
}

ThreadRecord& take_record() noexcept {
  for (auto* record = first.load(std::memory_order_acquire); record != nullptr; record = record->next) {
    bool expected = false;
    if (record->used.compare_exchange_strong(expected, true, std::memory_order_acq_rel)) return *record;
  }
  auto* made = new ThreadRecord;
  made->index = count.fetch_add(1);
  made->next = first.load(std::memory_order_relaxed);
  while (!first.compare_exchange_weak(made->next, made, std::memory_order_acq_rel)) {
  }
  return *made;
}

}  // namespace

ThreadRecord& this_thread() noexcept {
  if (mine == nullptr) {
    release.armed = true;  // a use, without which its destructor would not be registered
    mine = &take_record();
#ifndef HOTDESK_SANITIZED
    give_signal_stack();
#endif
    mine->tid.store(static_cast<int>(syscall(SYS_gettid)), std::memory_order_relaxed);
  }
  return *mine;
}

ThreadRecord* find_this_thread() noexcept { return mine; }
ThreadRecord* first_thread() noexcept { return first.load(std::memory_order_acquire); }

void wait_for_unmarked() noexcept {
  for (auto* record = first_thread(); record != nullptr; record = record->next) {
    const auto seen = record->pin.load(std::memory_order_seq_cst);
    if (seen % 2 == 0) continue;
    while (record->pin.load(std::memory_order_acquire) == seen) std::this_thread::yield();
  }
}

ThreadRecord* find_call(hotdesk_call call) noexcept {
  ThreadRecord* record = mine;
  if (record == nullptr || record->running.load(std::memory_order_relaxed) == nullptr) return nullptr;
  const std::uint64_t generation = record->calls.load(std::memory_order_relaxed) & 0xFF'FFFF'FFFFULL;
  return call == ((static_cast<std::uint64_t>(record->index + 1) << 40) | generation) ? record : nullptr;
}

HookThread::HookThread() noexcept { this_thread().marked = true; }
HookThread::~HookThread() {
  // A thread_local mark may end after the record was given back.
  if (ThreadRecord* record = find_this_thread()) record->marked = false;
}

}  // namespace hotdesk::plugins
