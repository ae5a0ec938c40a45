#ifndef HOTDESK_PLUGIN_HEALTH_H
#define HOTDESK_PLUGIN_HEALTH_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_HEALTH "hotdesk.health/1"

enum { HOTDESK_HEALTH_QUICK = 0 /* before publishing: microseconds */, HOTDESK_HEALTH_DEEP = 1 /* on demand: 1 s */ };

/* Plugin side, optional. */
typedef struct hotdesk_health {
  uint32_t size;
  uint32_t reserved;
  /* HOTDESK_OK when the instance can serve. An error at QUICK before publishing fails the activation. [concurrent] */
  hotdesk_result (*check)(hotdesk_instance *instance, int32_t level);
} hotdesk_health;
HOTDESK_LAYOUT(hotdesk_health, 4 + 4 + 8);

#endif
