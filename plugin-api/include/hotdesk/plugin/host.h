#ifndef HOTDESK_PLUGIN_HOST_H
#define HOTDESK_PLUGIN_HOST_H
#include "hotdesk/plugin/types.h"

/* The host as one instance (or, in `init`, one version) sees it. Each service takes this pointer as its first argument
 * and knows by it whose configuration, keys and log lines are meant. Owned by the host; valid until `destroy` (or
 * `deinit`) has returned. */
typedef struct hotdesk_host {
  uint32_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  const char *version; /* the host's, for the log: never decide by it */
  void *internal;      /* the host's; leave it alone */
  /* The service table with this id, e.g. "hotdesk.log/1", or NULL when this host has none or did not grant it.
   * May be called at any time; the table lives as long as the process. [any-thread] */
  const void *(*get_extension)(const struct hotdesk_host *host, const char *id);
} hotdesk_host;
HOTDESK_LAYOUT(hotdesk_host, 4 + 4 + 4 + 4 + 8 + 8 + 8);

#endif
