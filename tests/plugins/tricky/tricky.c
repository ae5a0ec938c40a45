/* Does on command what a test wants to see. The command is the text of the message, or of the turn. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hotdesk/plugin/plugin.h"

struct hotdesk_shared {
  const hotdesk_host_call *calls;
};

/* One for each pending call, freed by whoever ends it. */
typedef struct job {
  struct hotdesk_instance *owner;
  hotdesk_call call;
  char what[32];
} job;

struct hotdesk_instance {
  const hotdesk_host *host;
  const hotdesk_host_call *calls;
  const hotdesk_host_timer *timers;
  atomic_int last_code;
  atomic_int cancelled;
  atomic_int events;
  atomic_int pieces;
  _Atomic hotdesk_call old;
};

static hotdesk_text text_of(const char *s) {
  hotdesk_text t = {s, strlen(s)};
  return t;
}
static int is(hotdesk_text text, const char *what) { return text.size == strlen(what) && memcmp(text.data, what, strlen(what)) == 0; }

static hotdesk_result rewrite(struct hotdesk_instance *me, hotdesk_call call, hotdesk_filter_answer *answer, const char *text) {
  const char *kept = me->calls->keep(call, text, strlen(text));
  if (kept == NULL) return HOTDESK_E_GONE;
  answer->verdict = HOTDESK_FILTER_REWRITE;
  answer->text.data = kept;
  answer->text.size = strlen(text);
  return HOTDESK_OK;
}

static hotdesk_result complete_with(struct hotdesk_instance *me, hotdesk_call call, const char *text) {
  hotdesk_filter_answer answer;
  memset(&answer, 0, sizeof answer);
  answer.size = sizeof answer;
  if (rewrite(me, call, &answer, text) != HOTDESK_OK) return me->calls->complete(call, HOTDESK_OK, &answer);
  return me->calls->complete(call, HOTDESK_OK, &answer);
}

static void fire(void *user) {
  job *j = (job *)user;
  struct hotdesk_instance *me = j->owner;
  hotdesk_result code = complete_with(me, j->call, j->what);
  if (strcmp(j->what, "twice") == 0) code = complete_with(me, j->call, "second");
  if (strcmp(j->what, "foreign") == 0) code = me->calls->complete(j->call, HOTDESK_PENDING, NULL);
  atomic_store(&me->last_code, code);
  free(j);
}

static hotdesk_result pend(struct hotdesk_instance *me, hotdesk_call call, const char *what, uint64_t delay_ms) {
  uint64_t timer = 0;
  job *j = (job *)calloc(1, sizeof *j);
  j->owner = me;
  j->call = call;
  snprintf(j->what, sizeof j->what, "%s", what);
  if (me->timers->start(me->host, delay_ms, 0, j, &fire, &timer) != HOTDESK_OK) {
    free(j);
    return HOTDESK_E_INTERNAL;
  }
  return HOTDESK_PENDING;
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int deep(volatile char *p, int n) {
  volatile char here[4096];
  here[0] = p[0];
  return n == 0 ? 0 : deep(here, n - 1) + here[0];
}

/* ---- answers of services */

static void on_piece(void *user, const hotdesk_http_piece *piece) {
  job *j = (job *)user;
  char text[64];
  ++j->owner->pieces;
  if (piece->code == HOTDESK_PENDING) return;
  snprintf(text, sizeof text, "http %d %d", piece->code, piece->status);
  atomic_store(&j->owner->last_code, complete_with(j->owner, j->call, text));
  free(j);
}
static void on_page(void *user, hotdesk_result code, const hotdesk_array *messages) {
  job *j = (job *)user;
  char text[64];
  snprintf(text, sizeof text, "read %d %d", code, (int)messages->count);
  complete_with(j->owner, j->call, text);
  free(j);
}

static hotdesk_result ask_http(struct hotdesk_instance *me, hotdesk_call call) {
  const hotdesk_host_http *http = (const hotdesk_host_http *)me->host->get_extension(me->host, HOTDESK_EXT_HTTP);
  hotdesk_http_request request;
  hotdesk_result code;
  job *j;
  if (http == NULL) return HOTDESK_E_UNSUPPORTED;
  j = (job *)calloc(1, sizeof *j);
  j->owner = me;
  j->call = call;
  memset(&request, 0, sizeof request);
  request.size = sizeof request;
  request.method = text_of("GET");
  request.url = text_of("https://api.example.com/");
  code = http->send(call, &request, j, &on_piece);
  if (code != HOTDESK_OK) free(j);
  return code == HOTDESK_OK ? HOTDESK_PENDING : code;
}
static hotdesk_result ask_messages(struct hotdesk_instance *me, hotdesk_call call) {
  const hotdesk_host_messages *messages = (const hotdesk_host_messages *)me->host->get_extension(me->host, HOTDESK_EXT_MESSAGES);
  hotdesk_result code;
  job *j;
  if (messages == NULL) return HOTDESK_E_UNSUPPORTED;
  j = (job *)calloc(1, sizeof *j);
  j->owner = me;
  j->call = call;
  code = messages->read(call, 0, 10, j, &on_page);
  if (code != HOTDESK_OK) free(j);
  return code == HOTDESK_OK ? HOTDESK_PENDING : code;
}

/* ---- methods */

static hotdesk_result inspect(hotdesk_instance *me, hotdesk_call call, const hotdesk_filter_message *message, hotdesk_filter_answer *answer) {
  hotdesk_text text = message->text;
  char said[64];
  hotdesk_call old = atomic_load(&me->old);
  atomic_store(&me->old, call);
  if (is(text, "later")) return pend(me, call, "later", 20);
  if (is(text, "twice")) return pend(me, call, "twice", 20);
  if (is(text, "late")) return pend(me, call, "late", 500);
  if (is(text, "never")) return HOTDESK_PENDING;
  if (is(text, "spin")) {
    const double end = seconds() + 1.5;
    while (seconds() < end) continue;
    return HOTDESK_SKIP;
  }
  if (is(text, "sleep")) {
    struct timespec t = {1, 500 * 1000 * 1000};
    nanosleep(&t, NULL);
    return HOTDESK_SKIP;
  }
  if (is(text, "stale")) {
    snprintf(said, sizeof said, "%s %d", me->calls->keep(old, "x", 1) == NULL ? "null" : "kept", me->calls->complete(old, HOTDESK_OK, NULL));
    return rewrite(me, call, answer, said);
  }
  if (is(text, "guess")) { /* a handle that was never given out to this plugin */
    snprintf(said, sizeof said, "%d", me->calls->complete(call + 1000, HOTDESK_OK, NULL));
    return rewrite(me, call, answer, said);
  }
  if (is(text, "last?")) {
    snprintf(said, sizeof said, "%d", atomic_load(&me->last_code));
    return rewrite(me, call, answer, said);
  }
  if (is(text, "cancelled?")) {
    snprintf(said, sizeof said, "%d", atomic_load(&me->cancelled));
    return rewrite(me, call, answer, said);
  }
  if (is(text, "events?")) {
    snprintf(said, sizeof said, "%d", atomic_load(&me->events));
    return rewrite(me, call, answer, said);
  }
  if (is(text, "http")) return ask_http(me, call);
  if (is(text, "messages")) return ask_messages(me, call);
  if (is(text, "dangling")) { /* an answer that does not come from keep() */
    static const char dangling[] = "not kept";
    answer->verdict = HOTDESK_FILTER_REWRITE;
    answer->text = text_of(dangling);
    return HOTDESK_OK;
  }
  if (is(text, "unknown")) return 77;
  if (is(text, "error")) {
    me->calls->fail(call, HOTDESK_E_INVALID, text_of("field"), text_of("is wrong"));
    return HOTDESK_E_INVALID;
  }
  if (is(text, "segfault")) *(volatile int *)8 = 1;
  if (is(text, "abort")) abort();
  if (is(text, "overflow")) return deep((volatile char *)said, 1 << 30);
  if (is(text, "bomb")) {
    for (;;) {
      char *block = (char *)malloc(64u << 20);
      if (block == NULL) return HOTDESK_E_BUDGET;
      memset(block, 1, 64u << 20);
    }
  }
  snprintf(said, sizeof said, "%s:%.*s", HOTDESK_PLUGIN_VERSION, (int)(text.size < 32 ? text.size : 32), text.data);
  return rewrite(me, call, answer, said);
}

static void cancel(hotdesk_instance *me, hotdesk_call call, void *user) {
  (void)user;
  atomic_store(&me->last_code, me->calls->complete(call, HOTDESK_OK, NULL));
  ++me->cancelled;
}

static hotdesk_result reply(hotdesk_instance *me, hotdesk_call call, const hotdesk_turn *turn, hotdesk_turn_answer *answer) {
  const hotdesk_host_reply *out = (const hotdesk_host_reply *)me->host->get_extension(me->host, HOTDESK_EXT_REPLY);
  if (out == NULL) return HOTDESK_E_UNSUPPORTED;
  if (is(turn->text, "skip")) return HOTDESK_SKIP;
  if (is(turn->text, "never")) return HOTDESK_PENDING;
  if (is(turn->text, "human")) {
    answer->end = HOTDESK_TURN_HUMAN;
    answer->reason.data = me->calls->keep(call, "asked", 5);
    answer->reason.size = 5;
    return HOTDESK_OK;
  }
  out->chunk(call, text_of("one "));
  out->chunk(call, text_of("two"));
  answer->end = HOTDESK_TURN_ANSWERED;
  answer->confidence = 0.5;
  return HOTDESK_OK;
}

static hotdesk_result assign(hotdesk_instance *me, hotdesk_call call, const hotdesk_gray_request *request, uint32_t *bucket) {
  (void)me;
  (void)call;
  if (request->visitor.bytes[15] % 2 == 0) return HOTDESK_SKIP;
  *bucket = request->visitor.bytes[15] == 3 ? 10000 : 0; /* 3: an error */
  return HOTDESK_OK;
}

static hotdesk_result on_event(hotdesk_instance *me, hotdesk_call call, const hotdesk_event *event) {
  (void)call;
  me->events += event->type == HOTDESK_EVENT_RATED ? event->score : 1;
  return HOTDESK_OK;
}

static hotdesk_result check(hotdesk_instance *me, int32_t level) {
  (void)me;
  (void)level;
  return HOTDESK_OK;
}

static hotdesk_result init(const hotdesk_host *host, hotdesk_shared **shared) {
  *shared = (hotdesk_shared *)calloc(1, sizeof **shared);
  (*shared)->calls = (const hotdesk_host_call *)host->get_extension(host, HOTDESK_EXT_CALL);
  return HOTDESK_OK;
}
static void deinit(hotdesk_shared *shared) { free(shared); }
static hotdesk_result create(hotdesk_shared *shared, const hotdesk_host *host, hotdesk_instance **instance) {
  *instance = (hotdesk_instance *)calloc(1, sizeof **instance);
  (*instance)->host = host;
  (*instance)->calls = shared->calls;
  (*instance)->timers = (const hotdesk_host_timer *)host->get_extension(host, HOTDESK_EXT_TIMER);
  return HOTDESK_OK;
}
static void destroy(hotdesk_instance *instance) { free(instance); }

static const void *get_extension(const char *id) {
  static const hotdesk_filter filter = {sizeof filter, 0, &inspect, &cancel};
  static const hotdesk_responder responder = {sizeof responder, 0, &reply, &cancel};
  static const hotdesk_gray gray = {sizeof gray, 0, &assign};
  static const hotdesk_events events = {sizeof events, 0, &on_event};
  static const hotdesk_health health = {sizeof health, 0, &check};
  if (strcmp(id, HOTDESK_EXT_FILTER) == 0) return &filter;
  if (strcmp(id, HOTDESK_EXT_RESPONDER) == 0) return &responder;
  if (strcmp(id, HOTDESK_EXT_GRAY) == 0) return &gray;
  if (strcmp(id, HOTDESK_EXT_EVENTS) == 0) return &events;
  if (strcmp(id, HOTDESK_EXT_HEALTH) == 0) return &health;
  return NULL;
}

HOTDESK_EXPORT const hotdesk_plugin_descriptor *hotdesk_plugin_query(uint32_t abi_major, uint32_t abi_minor) {
  static const hotdesk_plugin_descriptor descriptor = {sizeof descriptor, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, HOTDESK_PLUGIN_ID,
                                                       HOTDESK_PLUGIN_VERSION, HOTDESK_PLUGIN_BUILD_ID, &init, &deinit, &create, &destroy,
                                                       &get_extension};
  (void)abi_minor;
  return abi_major == HOTDESK_ABI_MAJOR ? &descriptor : NULL;
}
