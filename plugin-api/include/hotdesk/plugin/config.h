#ifndef HOTDESK_PLUGIN_CONFIG_H
#define HOTDESK_PLUGIN_CONFIG_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_CONFIG "hotdesk.config/1"

enum {
  HOTDESK_CONFIG_NULL = 0,
  HOTDESK_CONFIG_BOOL = 1,    /* integer: 0 or 1 */
  HOTDESK_CONFIG_INTEGER = 2, /* integer, and number the nearest */
  HOTDESK_CONFIG_NUMBER = 3,  /* number */
  HOTDESK_CONFIG_TEXT = 4,    /* text */
  HOTDESK_CONFIG_ARRAY = 5,   /* count */
  HOTDESK_CONFIG_OBJECT = 6   /* count */
};

/* Filled by the host up to the `size` that the plugin wrote into it. */
typedef struct hotdesk_config_value {
  uint32_t size;
  int32_t type;
  int64_t integer;
  double number;
  uint64_t count;
  hotdesk_text text; /* lives as long as the instance */
} hotdesk_config_value;
HOTDESK_LAYOUT(hotdesk_config_value, 4 + 4 + 8 + 8 + 8 + 16);

/* Host side. The tenant's configuration: one JSON object, validated against the package's config.schema.json before
 * `create` is called, constant for the life of the instance (a change makes a new instance). */
typedef struct hotdesk_host_config {
  uint32_t size;
  uint32_t reserved;
  /* The whole object as JSON; lives as long as the instance. [any-thread] */
  hotdesk_text (*json)(const hotdesk_host *host);
  /* One value by JSON pointer (RFC 6901), "/words/0/action"; "" is the whole object.
   * HOTDESK_OK, HOTDESK_SKIP when there is no such value, HOTDESK_E_INVALID for a malformed pointer. [any-thread] */
  hotdesk_result (*get)(const hotdesk_host *host, hotdesk_text pointer, hotdesk_config_value *value);
  /* Says, before `create` returns HOTDESK_E_INVALID, which member is wrong and why: "/words/3", "an empty word". Shown to
   * the admin who asked for it. Copied; the last one counts. HOTDESK_E_STATE outside `create`. [init] */
  hotdesk_result (*reject)(const hotdesk_host *host, hotdesk_text pointer, hotdesk_text text);
} hotdesk_host_config;
HOTDESK_LAYOUT(hotdesk_host_config, 4 + 4 + 8 + 8 + 8);

#endif
