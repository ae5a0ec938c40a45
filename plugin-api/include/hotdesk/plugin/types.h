#ifndef HOTDESK_PLUGIN_TYPES_H
#define HOTDESK_PLUGIN_TYPES_H
#include "hotdesk/plugin/platform.h"

/* What a call came to. Positive: not an error. Negative: an error; an unknown value counts as HOTDESK_E_INTERNAL. */
typedef int32_t hotdesk_result;
enum {
  HOTDESK_OK = 0,      /* done; the answer is filled */
  HOTDESK_PENDING = 1, /* exactly one hotdesk_host_call.complete follows (not in the inline lane) */
  HOTDESK_SKIP = 2,    /* no opinion: the next of the chain is asked */

  HOTDESK_E_INVALID = -1,     /* an argument, a configuration or an answer is wrong; say which with `fail` */
  HOTDESK_E_UNSUPPORTED = -2, /* this build or lane does not do that */
  HOTDESK_E_DENIED = -3,      /* no permission for it */
  HOTDESK_E_TIMEOUT = -4,     /* too late */
  HOTDESK_E_BUDGET = -5,      /* a granted amount is used up */
  HOTDESK_E_OVERLOAD = -6,    /* for now; try again later */
  HOTDESK_E_STATE = -7,       /* not at this point of the plugin's life */
  HOTDESK_E_GONE = -8,        /* the handle is stale or was never yours */
  HOTDESK_E_INTERNAL = -9,    /* a defect; also what an exception becomes at the SDK's edge */
  HOTDESK_E_CRASHED = -10     /* the other side died */
};

/* UTF-8 text (or bytes, where said) that belongs to somebody else. Not terminated. {NULL, 0} is the empty text.
 * One of the two structs without a `size`: it never grows, and so may be embedded by value. */
typedef struct hotdesk_text {
  const char *data;
  uint64_t size;
} hotdesk_text;
HOTDESK_LAYOUT(hotdesk_text, 8 + 8);

/* An opaque name of a conversation, visitor, agent or department: compare, hash, store, never interpret. All zero: none.
 * The other struct without a `size`. */
typedef struct hotdesk_id {
  uint8_t bytes[16];
} hotdesk_id;
HOTDESK_LAYOUT(hotdesk_id, 16);

/* An array whose elements may grow: element i is at (const char *)items + i * stride. Never index it as a C array. */
typedef struct hotdesk_array {
  const void *items;
  uint64_t count;
  uint64_t stride;
} hotdesk_array;
HOTDESK_LAYOUT(hotdesk_array, 8 + 8 + 8);
#define HOTDESK_AT(type, array, i) ((const type *)(const void *)((const char *)(array).items + (i) * (array).stride))

/* Something known of a visitor or conversation, by name. */
typedef struct hotdesk_attribute {
  uint32_t size;
  uint32_t reserved;
  hotdesk_text name;
  hotdesk_text value;
} hotdesk_attribute;
HOTDESK_LAYOUT(hotdesk_attribute, 4 + 4 + 16 + 16);

/* One call into a plugin: a slot and a generation. Valid until the call returned (or was completed); afterwards and on
 * other plugins' calls every function answers HOTDESK_E_GONE. No tenant is ever named: the handle says it. */
typedef uint64_t hotdesk_call;

/* The plugin's own: what `init` made (shared by all tenants, immutable) and what `create` made (one tenant's). */
typedef struct hotdesk_shared hotdesk_shared;
typedef struct hotdesk_instance hotdesk_instance;

/* Takes bytes piece by piece. The pieces are copied before `write` returns. */
typedef struct hotdesk_sink {
  uint32_t size;
  uint32_t reserved;
  void *context;
  /* HOTDESK_OK, or HOTDESK_E_BUDGET when no more is taken. [the caller's thread] */
  hotdesk_result (*write)(const struct hotdesk_sink *sink, const void *data, uint64_t bytes);
} hotdesk_sink;
HOTDESK_LAYOUT(hotdesk_sink, 4 + 4 + 8 + 8);

/* Gives bytes piece by piece. */
typedef struct hotdesk_source {
  uint32_t size;
  uint32_t reserved;
  void *context;
  /* Fills at most `capacity` bytes and says how many in `*bytes`; 0 is the end. [the caller's thread] */
  hotdesk_result (*read)(const struct hotdesk_source *source, void *data, uint64_t capacity, uint64_t *bytes);
} hotdesk_source;
HOTDESK_LAYOUT(hotdesk_source, 4 + 4 + 8 + 8);

#endif
