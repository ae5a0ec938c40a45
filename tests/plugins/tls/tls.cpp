// Plugins that leave something behind in the threads or in the process, each of its own kind, chosen by a TLS_… macro.
// A message is the decimal address of a std::atomic<int> of the test: whatever ends adds one to it.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <regex>
#include <string>
#include <thread>
#include <unordered_map>

#include "hotdesk/plugin/plugin.h"

namespace {

using Count = std::atomic<int>;
const hotdesk_host_call* calls = nullptr;

#if defined(TLS_OBJECTS)
/// Two objects of a thread, of which the second makes a third when it ends.
struct Witness {
  Count* count = nullptr;
  std::unordered_map<std::string, std::string> cache;
  ~Witness() {
    if (count != nullptr) ++*count;
  }
};
thread_local Witness last;
struct Chain {
  Count* count = nullptr;
  ~Chain() {
    last.count = count;
  }
};
thread_local Chain chain;
void leave(Count& count, const std::string& text) {
  thread_local const std::regex digits("^([0-9]+)$", std::regex::icase);
  thread_local std::string copy;
  copy = text;
  std::smatch match;
  if (!std::regex_match(copy, match, digits)) return;
  last.cache[match[1]] = copy;
  chain.count = &count;
}
#elif defined(TLS_KEY)
pthread_key_t key;
tss_t other;
void end(void* value) { ++*static_cast<Count*>(value); }
struct Keys {
  Keys() {
    pthread_key_create(&key, &end);
    tss_create(&other, &end);
  }
} keys;
void leave(Count& count, const std::string&) {
  pthread_setspecific(key, &count);
  tss_set(other, &count);
}
#elif defined(TLS_THREAD) || defined(TLS_STD_THREAD)
// Ends when the count is negative.
void wait_for(Count* count) {
  thread_local std::unique_ptr<int> own;  // the thread's end runs code of the library too
  own = std::make_unique<int>(1);
  while (count->load() >= 0) {
    const timespec moment{0, 1'000'000};
    nanosleep(&moment, nullptr);
  }
}
#if defined(TLS_THREAD)
void leave(Count& count, const std::string&) {
  pthread_t thread;
  const auto run = [](void* value) -> void* {
    wait_for(static_cast<Count*>(value));
    return nullptr;
  };
  if (pthread_create(&thread, nullptr, run, &count) == 0) pthread_detach(thread);
}
#else
void leave(Count& count, const std::string&) { std::thread([&count] { wait_for(&count); }).detach(); }
#endif
#elif defined(TLS_SIGNAL)
void leave(Count&, const std::string&) {
  signal(SIGUSR2, [](int) {});
}
#elif defined(TLS_EXIT)
Count* counted = nullptr;
struct Static {
  ~Static() {
    if (counted != nullptr) ++*counted;
  }
} object;
void leave(Count& count, const std::string&) {
  counted = &count;
  atexit([] { ++*counted; });
  pthread_atfork(nullptr, nullptr, [] { ++*counted; });
}
#else
void leave(Count&, const std::string&) {}
#endif

hotdesk_result init(const hotdesk_host* host, hotdesk_shared**) {
  calls = static_cast<const hotdesk_host_call*>(host->get_extension(host, HOTDESK_EXT_CALL));
  return HOTDESK_OK;
}
void deinit(hotdesk_shared*) {}
hotdesk_result create(hotdesk_shared*, const hotdesk_host*, hotdesk_instance**) { return HOTDESK_OK; }
void destroy(hotdesk_instance*) {}
hotdesk_result inspect(hotdesk_instance*, hotdesk_call, const hotdesk_filter_message* message, hotdesk_filter_answer*) {
  const std::string text(message->text.data, message->text.size);
  auto* count = reinterpret_cast<Count*>(std::strtoull(text.c_str(), nullptr, 10));
  if (count == nullptr) return HOTDESK_SKIP;
  leave(*count, text);
  return HOTDESK_OK;
}
const void* extension(const char* id) {
  static const hotdesk_filter filter{sizeof filter, 0, &inspect, nullptr};
  return std::strcmp(id, HOTDESK_EXT_FILTER) == 0 ? &filter : nullptr;
}

}  // namespace

HOTDESK_EXPORT const hotdesk_plugin_descriptor* hotdesk_plugin_query(uint32_t, uint32_t) {
  static const hotdesk_plugin_descriptor descriptor{
      sizeof descriptor,       HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0,        HOTDESK_PLUGIN_ID, HOTDESK_PLUGIN_VERSION,
      HOTDESK_PLUGIN_BUILD_ID, &init,             &deinit,           &create, &destroy,          &extension};
  return &descriptor;
}
