#pragma once
#include <pthread.h>

namespace hotdesk::plugins::unload {

/// What the exported hooks do, apart from being exported. `real` is the C library's own function. They work before main
/// began, after exit, and inside dlopen.

using AtexitFn = int(void (*)(void*), void*, void*);
using KeyCreateFn = int(pthread_key_t*, void (*)(void*));
using KeyDeleteFn = int(pthread_key_t);
using ThreadCreateFn = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

int tls_destructor(void (*destructor)(void*), void* object, void* dso, AtexitFn* real) noexcept;
int key_create(pthread_key_t* key, void (*destructor)(void*), const void* caller, KeyCreateFn* real) noexcept;
int key_delete(pthread_key_t key, KeyDeleteFn* real) noexcept;
int thread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument,
                  const void* caller, ThreadCreateFn* real) noexcept;

/// An exported function, by which hooks_active() checks what libraries are bound to.
struct Export {
  const char* name;
  void* address;
};
/// Told once by the executable that defines them; `exports` ends with a null name and lives for ever.
void announce(const Export* exports) noexcept;

}  // namespace hotdesk::plugins::unload
