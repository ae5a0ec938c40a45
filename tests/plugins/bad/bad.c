/* Plugins that each do one forbidden thing, chosen by a BAD_… macro. What they are refused for is in the gate's and the
 * loader's tests (notes: the rows of the hot-swap table). */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "hotdesk/plugin/plugin.h"

static const hotdesk_host_call *calls;

#if defined(BAD_TSD_KEY)
static pthread_key_t key;
static void end_of_thread(void *value) { free(value); }
static void misbehave(void) { pthread_key_create(&key, end_of_thread); }
#elif defined(BAD_THREAD)
static void *run(void *nothing) { return nothing; }
static void misbehave(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
}
#elif defined(BAD_SIGNAL)
static void on_signal(int number) { (void)number; }
static void misbehave(void) { signal(SIGUSR2, on_signal); }
#elif defined(BAD_STATIC_TLS)
static __thread volatile int counter;
static void misbehave(void) { ++counter; }
#elif defined(BAD_NEEDED)
const char *zlibVersion(void);
static void misbehave(void) { calls = zlibVersion() != NULL ? calls : NULL; }
#else
static void misbehave(void) {}
#endif

#if defined(BAD_EXPORT)
__attribute__((visibility("default"))) int helper(void) { return 1; }
#endif

static hotdesk_result init(const hotdesk_host *host, hotdesk_shared **shared) {
  (void)shared;
  calls = (const hotdesk_host_call *)host->get_extension(host, HOTDESK_EXT_CALL);
  misbehave();
#if defined(BAD_INIT)
  return HOTDESK_E_INTERNAL;
#else
  return HOTDESK_OK;
#endif
}
static void deinit(hotdesk_shared *shared) { (void)shared; }

static hotdesk_result create(hotdesk_shared *shared, const hotdesk_host *host, hotdesk_instance **instance) {
  (void)shared, (void)host, (void)instance;
#if defined(BAD_CREATE)
  return HOTDESK_E_STATE;
#else
  return HOTDESK_OK;
#endif
}
static void destroy(hotdesk_instance *instance) { (void)instance; }

/* What a filter does wrong in a call is chosen by the message, so one library serves all those tests. */
static hotdesk_result inspect(hotdesk_instance *instance, hotdesk_call call, const hotdesk_filter_message *message,
                              hotdesk_filter_answer *answer) {
  static hotdesk_call stale;
  static char own[] = "own memory";
  (void)instance;
  const uint64_t size = message->text.size;
  const char *text = message->text.data;
#define IS(word) (size == sizeof word - 1 && memcmp(text, word, size) == 0)
  if (IS("pending")) return HOTDESK_PENDING;
  if (IS("unknown result")) return 77;
  if (IS("error")) return HOTDESK_E_TIMEOUT;
  if (IS("unknown verdict")) {
    answer->verdict = 99;
    return HOTDESK_OK;
  }
  if (IS("own memory")) {
    answer->verdict = HOTDESK_FILTER_REWRITE;
    answer->text.data = own;
    answer->text.size = sizeof own - 1;
    return HOTDESK_OK;
  }
  if (IS("broken text")) {
    answer->verdict = HOTDESK_FILTER_REWRITE;
    answer->text.data = calls->keep(call, "\xC3\x28", 2);
    answer->text.size = 2;
    return HOTDESK_OK;
  }
  if (IS("too much")) { /* the arena has 1 MiB */
    static char block[300000];
    for (int i = 0; i < 3; ++i)
      if (calls->keep(call, block, sizeof block) == NULL) return HOTDESK_E_INTERNAL;
    return calls->keep(call, block, sizeof block) == NULL ? HOTDESK_SKIP : HOTDESK_E_INTERNAL;
  }
  if (IS("stale handle")) {
    const hotdesk_call former = stale;
    stale = call;
    if (former == 0) return HOTDESK_SKIP;
    if (calls->keep(former, own, 1) != NULL || calls->complete(former, HOTDESK_OK, answer) != HOTDESK_E_GONE) return HOTDESK_E_INTERNAL;
    return HOTDESK_SKIP;
  }
  return HOTDESK_SKIP;
}

static const void *extension(const char *id) {
  static const hotdesk_filter filter = {sizeof filter, 0, inspect, NULL};
#if defined(BAD_ANSWERS_ALL)
  (void)id;
  return &filter;
#else
  return strcmp(id, HOTDESK_EXT_FILTER) == 0 ? &filter : NULL;
#endif
}

#if defined(BAD_VERSION)
#define VERSION "9.9.9"
#else
#define VERSION HOTDESK_PLUGIN_VERSION
#endif

HOTDESK_EXPORT const hotdesk_plugin_descriptor *hotdesk_plugin_query(uint32_t abi_major, uint32_t abi_minor) {
  static const hotdesk_plugin_descriptor descriptor = {sizeof descriptor, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0,
                                                       HOTDESK_PLUGIN_ID, VERSION, HOTDESK_PLUGIN_BUILD_ID, init,
                                                       deinit, create, destroy, extension};
  (void)abi_major, (void)abi_minor;
#if defined(BAD_QUERY)
  return NULL;
#else
  return &descriptor;
#endif
}
