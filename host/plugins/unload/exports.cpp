// The functions by which this executable takes the place of the C library's for every library in the process. Linked by
// hotdesk_export_unload_hooks() alone, which also exports exactly these.
#include <dlfcn.h>
#include <threads.h>

#include <atomic>

#include "plugins/unload/interpose.hpp"

namespace unload = hotdesk::plugins::unload;

namespace {

/// The C library's own function behind ours. Looked up at first use, which may be before main.
template <class Function>
class Real {
 public:
  constexpr explicit Real(const char* name) : name_(name) {}
  Function* get() noexcept {
    auto* found = found_.load(std::memory_order_acquire);
    if (found == nullptr) {
      found = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name_));
      found_.store(found, std::memory_order_release);
    }
    return found;
  }

 private:
  const char* const name_;
  std::atomic<Function*> found_{nullptr};
};

constinit Real<unload::AtexitFn> real_atexit("__cxa_thread_atexit_impl");
constinit Real<unload::KeyCreateFn> real_key_create("pthread_key_create");
constinit Real<unload::KeyDeleteFn> real_key_delete("pthread_key_delete");
constinit Real<unload::ThreadCreateFn> real_thread_create("pthread_create");

}  // namespace

#define HOTDESK_HOOK extern "C" __attribute__((visibility("default")))

HOTDESK_HOOK int __cxa_thread_atexit_impl(void (*destructor)(void*), void* object, void* dso) noexcept {
  return unload::tls_destructor(destructor, object, dso, real_atexit.get());
}
HOTDESK_HOOK int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) noexcept {
  return unload::key_create(key, destructor, __builtin_return_address(0), real_key_create.get());
}
HOTDESK_HOOK int pthread_key_delete(pthread_key_t key) noexcept { return unload::key_delete(key, real_key_delete.get()); }
HOTDESK_HOOK int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) noexcept {
  return unload::thread_create(thread, attributes, start, argument, __builtin_return_address(0), real_thread_create.get());
}
// The C library's tss_create reaches its own pthread_key_create, past ours.
HOTDESK_HOOK int tss_create(tss_t* key, tss_dtor_t destructor) noexcept {
  static_assert(sizeof(tss_t) == sizeof(pthread_key_t));
  return unload::key_create(key, destructor, __builtin_return_address(0), real_key_create.get()) == 0 ? thrd_success : thrd_error;
}
HOTDESK_HOOK void tss_delete(tss_t key) noexcept { unload::key_delete(key, real_key_delete.get()); }

namespace {

const unload::Export exports[] = {
    {"__cxa_thread_atexit_impl", reinterpret_cast<void*>(&__cxa_thread_atexit_impl)},
    {"pthread_key_create", reinterpret_cast<void*>(&pthread_key_create)},
    {"pthread_key_delete", reinterpret_cast<void*>(&pthread_key_delete)},
    {"pthread_create", reinterpret_cast<void*>(&pthread_create)},
    {"tss_create", reinterpret_cast<void*>(&tss_create)},
    {"tss_delete", reinterpret_cast<void*>(&tss_delete)},
    {nullptr, nullptr}};

[[gnu::constructor]] void tell() { unload::announce(exports); }

}  // namespace
