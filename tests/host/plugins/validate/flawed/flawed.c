/* A filter with state and health that keeps every promise, but for the one that a FLAW_… macro breaks: what the validator's
 * tests must find. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hotdesk/plugin/plugin.h"

#if defined(FLAW)
#define HAS(flaw) (FLAW == (flaw))
#else
#define HAS(flaw) 0
#endif
enum {
  QUERY_ALLOCATES = 1,
  QUERY_CHANGES,
  QUERY_ANY_MAJOR,
  ANSWERS_ALL,
  UNDECLARED,
  SICK,
  CREATE_ONCE,
  ERRORS,
  TEXT,
  LARGE,
  SLOW,
  SERVICES,
  TWICE,
  AFTERWARDS,
  CANCEL,
  DRY_RUN,
  LOSES_STATE,
  ANY_SCHEMA,
  DAMAGED_STATE,
  ALONE,
  LEAK,
  OPEN_FILE,
  LOCALE,
  THREADS,
  ABORTS
};

static const hotdesk_host_call *calls;
static int alive; /* instances */

struct hotdesk_instance {
  const hotdesk_host *host;
  int alive;
  uint64_t seen; /* the state */
};

static hotdesk_result init(const hotdesk_host *host, hotdesk_shared **shared) {
  (void)shared;
  calls = (const hotdesk_host_call *)host->get_extension(host, HOTDESK_EXT_CALL);
  if (HAS(OPEN_FILE) && open("/dev/null", O_RDONLY) < 0) return HOTDESK_E_INTERNAL;
  if (HAS(LOCALE)) setlocale(LC_ALL, "C.UTF-8");
  if (HAS(ALONE)) { /* what one copy takes, another does not get */
    const char *taken = getenv("FLAWED_ALONE");
    if (taken != NULL && taken[0] == '1') return HOTDESK_E_STATE;
    setenv("FLAWED_ALONE", "1", 1);
  }
  return HOTDESK_OK;
}
static void deinit(hotdesk_shared *shared) {
  (void)shared;
  if (HAS(ALONE)) setenv("FLAWED_ALONE", "0", 1);
}

static hotdesk_result create(hotdesk_shared *shared, const hotdesk_host *host, hotdesk_instance **instance) {
  (void)shared;
  if (HAS(CREATE_ONCE) && alive != 0) return HOTDESK_E_STATE;
  if (HAS(LEAK)) {
    volatile char *lost = (volatile char *)malloc(64 * 1024);
    for (int i = 0; lost != NULL && i < 64 * 1024; i += 512) lost[i] = 1;
  }
  *instance = (hotdesk_instance *)calloc(1, sizeof **instance);
  if (*instance == NULL) return HOTDESK_E_BUDGET;
  (*instance)->host = host;
  (*instance)->alive = 1;
  ++alive;
  return HOTDESK_OK;
}
static void destroy(hotdesk_instance *instance) {
  --alive;
  free(instance);
}

static int contains(hotdesk_text text, const char *word) { return text.size != 0 && memmem(text.data, text.size, word, strlen(word)) != NULL; }

static void spin(long ms) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const long end = now.tv_sec * 1000 + now.tv_nsec / 1000000 + ms;
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < end);
}

static hotdesk_result discard(const hotdesk_sink *sink, const void *data, uint64_t bytes) {
  (void)sink, (void)data, (void)bytes;
  return HOTDESK_OK;
}

static hotdesk_result inspect(hotdesk_instance *instance, hotdesk_call call, const hotdesk_filter_message *message,
                              hotdesk_filter_answer *answer) {
  static const char reason[] = "no";
  static hotdesk_call last;
  static int inside;
  __atomic_fetch_add(&instance->seen, 1, __ATOMIC_RELAXED);
  if (HAS(ERRORS) && contains(message->text, "secret")) return HOTDESK_E_INTERNAL;
  if (HAS(TEXT) && contains(message->text, "\xE4\xBD") && message->text.size == 2) raise(SIGSEGV);
  if (HAS(LARGE) && message->text.size > 100000) raise(SIGSEGV);
  if (HAS(SLOW) && contains(message->text, "person")) spin(400);
  if (HAS(SERVICES)) {
    const hotdesk_host_kv *kv = (const hotdesk_host_kv *)instance->host->get_extension(instance->host, HOTDESK_EXT_KV);
    hotdesk_sink sink = {sizeof sink, 0, NULL, discard};
    hotdesk_text key = {"key", 3};
    const hotdesk_result got = kv == NULL ? HOTDESK_SKIP : kv->get(instance->host, key, &sink);
    if (got < 0) raise(SIGSEGV);
  }
  if (HAS(TWICE)) { /* completes what it answers */
    calls->complete(call, HOTDESK_SKIP, NULL);
    calls->complete(call, HOTDESK_SKIP, NULL);
    return HOTDESK_PENDING;
  }
  if (HAS(AFTERWARDS)) {
    if (last != 0) calls->keep(last, reason, 2);
    last = call;
  }
  if (HAS(CANCEL)) return HOTDESK_PENDING;
  if (HAS(THREADS)) {
    if (__atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST) != 0) raise(SIGSEGV);
    spin(1);
    __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
  }
  if (HAS(ABORTS)) abort();
  if (!contains(message->text, "secret")) return HOTDESK_SKIP;
  answer->verdict = HOTDESK_FILTER_BLOCK;
  answer->reason.data = calls->keep(call, reason, sizeof reason - 1);
  answer->reason.size = answer->reason.data != NULL ? sizeof reason - 1 : 0;
  return HOTDESK_OK;
}
static void cancel(hotdesk_instance *instance, hotdesk_call call, void *user) {
  (void)instance, (void)call, (void)user;
  if (HAS(CANCEL)) raise(SIGSEGV);
}

static hotdesk_result export_state(hotdesk_instance *instance, uint32_t schema, const hotdesk_sink *sink) {
  if (schema != 1 && !HAS(ANY_SCHEMA)) return HOTDESK_E_UNSUPPORTED;
  if (HAS(LOSES_STATE) && instance->alive == 2) return HOTDESK_OK;
  return sink->write(sink, &instance->seen, sizeof instance->seen);
}
static hotdesk_result import_state(hotdesk_instance *instance, uint32_t schema, const hotdesk_source *source, int32_t dry_run) {
  char bytes[64];
  uint64_t got = 0;
  uint64_t all = 0;
  do {
    if (source->read(source, bytes + all, sizeof bytes - all, &got) != HOTDESK_OK) return HOTDESK_E_INVALID;
    all += got;
  } while (got != 0 && all < sizeof bytes);
  if (schema != 1 && !HAS(ANY_SCHEMA)) return HOTDESK_E_INVALID;
  if (all != sizeof instance->seen && !HAS(LOSES_STATE)) {
    if (HAS(DAMAGED_STATE)) raise(SIGSEGV);
    return HOTDESK_E_INVALID;
  }
  if (HAS(LOSES_STATE)) instance->alive = 2;
  if (!dry_run || HAS(DRY_RUN)) memcpy(&instance->seen, bytes, sizeof instance->seen);
  return HOTDESK_OK;
}

static hotdesk_result check(hotdesk_instance *instance, int32_t level) {
  (void)instance;
  return HAS(SICK) && level == HOTDESK_HEALTH_DEEP ? HOTDESK_E_STATE : HOTDESK_OK;
}

static hotdesk_result on_event(hotdesk_instance *instance, hotdesk_call call, const hotdesk_event *event) {
  (void)instance, (void)call, (void)event;
  return HOTDESK_OK;
}

static const void *get_extension(const char *id) {
  static const hotdesk_filter filter = {sizeof filter, 0, inspect, cancel};
  static const hotdesk_health health = {sizeof health, 0, check};
  static const hotdesk_events events = {sizeof events, 0, on_event};
#if defined(STATEFUL)
  static const hotdesk_state state = {sizeof state, 1, export_state, import_state};
  if (strcmp(id, HOTDESK_EXT_STATE) == 0) return &state;
#else
  (void)export_state, (void)import_state;
#endif
  if (strcmp(id, HOTDESK_EXT_FILTER) == 0) return &filter;
  if (strcmp(id, HOTDESK_EXT_HEALTH) == 0) return &health;
  if (HAS(UNDECLARED) && strcmp(id, HOTDESK_EXT_EVENTS) == 0) return &events;
  return HAS(ANSWERS_ALL) && strncmp(id, "hotdesk.filter/", 15) == 0 ? &filter : NULL;
}

HOTDESK_EXPORT const hotdesk_plugin_descriptor *hotdesk_plugin_query(uint32_t abi_major, uint32_t abi_minor) {
  static const hotdesk_plugin_descriptor descriptor = {
      sizeof descriptor, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, HOTDESK_PLUGIN_ID, HOTDESK_PLUGIN_VERSION,
      HOTDESK_PLUGIN_BUILD_ID, init, deinit, create, destroy, get_extension};
  static hotdesk_plugin_descriptor other;
  static int asked;
  static void *volatile lost;
  (void)abi_minor;
  if (HAS(QUERY_ALLOCATES)) lost = malloc(100);
  (void)lost;
  if (HAS(QUERY_CHANGES) && ++asked > 100) {
    other = descriptor;
    return &other;
  }
  return abi_major == HOTDESK_ABI_MAJOR || HAS(QUERY_ANY_MAJOR) ? &descriptor : NULL;
}
