#ifndef HOTDESK_PLUGIN_TIMER_H
#define HOTDESK_PLUGIN_TIMER_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_TIMER "hotdesk.timer/1"

/* Host side. At most 64 timers an instance; they end with it, before `destroy`. */
typedef struct hotdesk_host_timer {
  uint32_t size;
  uint32_t reserved;
  /* Calls `fire(instance's user pointer)` after `delay_ms` (at least 10) and, if `period_ms` is not 0 (at least 100),
   * again and again. `fire` runs beside other calls of the instance, one timer at a time. `*timer` names it.
   * HOTDESK_E_BUDGET beyond 64, HOTDESK_E_STATE before `create` and while the instance ends. [any-thread] */
  hotdesk_result (*start)(const hotdesk_host *host, uint64_t delay_ms, uint64_t period_ms, void *user,
                          void (*fire)(void *user), uint64_t *timer);
  /* Afterwards it does not begin again (it may be at work right now). HOTDESK_E_GONE for an unknown one. [any-thread] */
  hotdesk_result (*cancel)(const hotdesk_host *host, uint64_t timer);
} hotdesk_host_timer;
HOTDESK_LAYOUT(hotdesk_host_timer, 4 + 4 + 8 + 8);

#endif
