#ifndef HOTDESK_PLUGIN_KV_H
#define HOTDESK_PLUGIN_KV_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_KV "hotdesk.kv/1"

/* Host side. What must outlast the instance: a small map of bytes, one for each (tenant, plugin), shared by its versions.
 * Needs the permission "kv". Keys are at most 256 bytes of UTF-8, values 64 KiB, all together 1 MiB and 4,096 entries. */
typedef struct hotdesk_host_kv {
  uint32_t size;
  uint32_t reserved;
  /* Writes the value into `sink`. HOTDESK_SKIP when there is none. [any-thread] */
  hotdesk_result (*get)(const hotdesk_host *host, hotdesk_text key, const hotdesk_sink *sink);
  /* Takes effect at once for later reads on this node and is stored behind, within a second; a crash in between loses
   * it. HOTDESK_E_BUDGET beyond the bounds, HOTDESK_E_OVERLOAD when the store lags. [any-thread] */
  hotdesk_result (*set)(const hotdesk_host *host, hotdesk_text key, hotdesk_text value);
  /* As `set`. HOTDESK_SKIP when there was none. [any-thread] */
  hotdesk_result (*erase)(const hotdesk_host *host, hotdesk_text key);
  /* Calls `each` for every key with this prefix, ascending, until it answers other than HOTDESK_OK, which is passed on.
   * `key` lives until `each` returns; `each` must not call kv. [any-thread] */
  hotdesk_result (*list)(const hotdesk_host *host, hotdesk_text prefix, void *context,
                         hotdesk_result (*each)(void *context, hotdesk_text key));
} hotdesk_host_kv;
HOTDESK_LAYOUT(hotdesk_host_kv, 4 + 4 + 4 * 8);

#endif
