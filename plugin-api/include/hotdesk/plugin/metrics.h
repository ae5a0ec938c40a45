#ifndef HOTDESK_PLUGIN_METRICS_H
#define HOTDESK_PLUGIN_METRICS_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_METRICS "hotdesk.metrics/1"

/* Host side. Numbers of the plugin's own, shown with its version, summed over tenants. A name is [a-z][a-z0-9_]{0,63}; a
 * plugin has at most 64. HOTDESK_E_INVALID for a bad name, HOTDESK_E_BUDGET beyond 64. */
typedef struct hotdesk_host_metrics {
  uint32_t size;
  uint32_t reserved;
  /* Adds to a counter; `by` is not negative. [any-thread] */
  hotdesk_result (*count)(const hotdesk_host *host, hotdesk_text name, double by);
  /* Sets a gauge. [any-thread] */
  hotdesk_result (*gauge)(const hotdesk_host *host, hotdesk_text name, double value);
} hotdesk_host_metrics;
HOTDESK_LAYOUT(hotdesk_host_metrics, 4 + 4 + 8 + 8);

#endif
