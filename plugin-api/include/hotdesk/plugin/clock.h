#ifndef HOTDESK_PLUGIN_CLOCK_H
#define HOTDESK_PLUGIN_CLOCK_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_CLOCK "hotdesk.clock/1"

/* Host side. The host's clocks, so that a test can say "29 s later". */
typedef struct hotdesk_host_clock {
  uint32_t size;
  uint32_t reserved;
  /* UTC milliseconds since 1970; may step. [any-thread] */
  int64_t (*now_ms)(const hotdesk_host *host);
  /* Monotonic milliseconds from an arbitrary origin. [any-thread] */
  int64_t (*steady_ms)(const hotdesk_host *host);
} hotdesk_host_clock;
HOTDESK_LAYOUT(hotdesk_host_clock, 4 + 4 + 8 + 8);

#endif
