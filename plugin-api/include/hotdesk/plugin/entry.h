#ifndef HOTDESK_PLUGIN_ENTRY_H
#define HOTDESK_PLUGIN_ENTRY_H
#include "hotdesk/plugin/host.h"
#include "hotdesk/plugin/types.h"
#include "hotdesk/plugin/version.h"

/* What a library is: a constant that the plugin owns, valid while the library is mapped. `id`, `version` and `build_id`
 * must equal the manifest, which the host has read and verified before any code of the plugin runs. */
typedef struct hotdesk_plugin_descriptor {
  uint32_t size;
  uint32_t abi_major; /* HOTDESK_ABI_MAJOR of the headers it was built with */
  uint32_t abi_minor;
  uint32_t reserved;
  const char *id;       /* reverse DNS, "com.example.polite" */
  const char *version;  /* semver, "1.2.0" */
  const char *build_id; /* a text that tells two builds apart */

  /* Called once, after loading, before anything else. Makes what all tenants share: from now on it is only read.
   * `host` gives log, clock and call alone. HOTDESK_OK, or an error: then the library is unloaded without `deinit`, and the
   * version that ran before keeps running. `*shared` may stay NULL. [init: the loader thread] */
  hotdesk_result (*init)(const hotdesk_host *host, hotdesk_shared **shared);

  /* Called once, after the last `destroy`, if `init` was HOTDESK_OK. Frees `shared`; afterwards nothing of the plugin
   * may run or be pointed to: no thread, no signal handler, no callback. [init: the loader thread] */
  void (*deinit)(hotdesk_shared *shared);

  /* Makes an instance for one tenant, with its configuration (hotdesk.config/1), in at most 5 s. An error means the
   * tenant stays on the version it had. May be called while other instances are at work. [init: the loader thread] */
  hotdesk_result (*create)(hotdesk_shared *shared, const hotdesk_host *host, hotdesk_instance **instance);

  /* Frees an instance, in at most 2 s. No call is inside it and none will come. [init: the loader thread] */
  void (*destroy)(hotdesk_instance *instance);

  /* The plugin-side table with this id, e.g. "hotdesk.filter/1", or NULL for an id it does not know. Pure: the same
   * answer each time. The table lives while the library is mapped. [any-thread] */
  const void *(*get_extension)(const char *id);
} hotdesk_plugin_descriptor;
HOTDESK_LAYOUT(hotdesk_plugin_descriptor, 4 + 4 + 4 + 4 + 3 * 8 + 5 * 8);

/* The one exported function of a plugin. Pure: no allocation, no call to the host, the same answer each time, within
 * microseconds. Told the host's ABI; answers NULL when it cannot work with it. [any-thread] */
HOTDESK_EXPORT const hotdesk_plugin_descriptor *hotdesk_plugin_query(uint32_t abi_major, uint32_t abi_minor);
typedef const hotdesk_plugin_descriptor *(*hotdesk_plugin_query_fn)(uint32_t abi_major, uint32_t abi_minor);

#endif
