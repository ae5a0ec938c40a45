#ifndef HOTDESK_PLUGIN_LOG_H
#define HOTDESK_PLUGIN_LOG_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_LOG "hotdesk.log/1"

enum { HOTDESK_LOG_DEBUG = 0, HOTDESK_LOG_INFO = 1, HOTDESK_LOG_WARN = 2, HOTDESK_LOG_ERROR = 3 };

/* Host side. */
typedef struct hotdesk_host_log {
  uint32_t size;
  uint32_t reserved;
  /* Writes one line, marked with the plugin's id and version; cut at 4 KiB, at most 100 a second, then counted and
   * dropped. Never log message text or personal data. Works from `init` to the end of `deinit`. [any-thread] */
  void (*write)(const hotdesk_host *host, int32_t level, hotdesk_text line);
} hotdesk_host_log;
HOTDESK_LAYOUT(hotdesk_host_log, 4 + 4 + 8);

#endif
