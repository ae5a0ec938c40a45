#ifndef HOTDESK_PLUGIN_EVENTS_H
#define HOTDESK_PLUGIN_EVENTS_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_EVENTS "hotdesk.events/1"

enum { HOTDESK_EVENT_OPENED = 0, HOTDESK_EVENT_ASSIGNED = 1, HOTDESK_EVENT_CLOSED = 2, HOTDESK_EVENT_RATED = 3 };

typedef struct hotdesk_event {
  uint32_t size;
  int32_t type; /* ignore an unknown one */
  hotdesk_id conversation;
  hotdesk_id visitor;
  hotdesk_id agent; /* ASSIGNED; all zero otherwise */
  int64_t at;       /* milliseconds since 1970 */
  int32_t score;    /* RATED: 1..5 */
  uint32_t reserved;
} hotdesk_event;
HOTDESK_LAYOUT(hotdesk_event, 2 * 4 + 3 * 16 + 8 + 2 * 4);

/* Plugin side. */
typedef struct hotdesk_events {
  uint32_t size;
  uint32_t reserved;
  /* Told after the fact, at least once, in a conversation's order. The result is not used but counted. [concurrent] */
  hotdesk_result (*on_event)(hotdesk_instance *instance, hotdesk_call call, const hotdesk_event *event);
} hotdesk_events;
HOTDESK_LAYOUT(hotdesk_events, 4 + 4 + 8);

#endif
