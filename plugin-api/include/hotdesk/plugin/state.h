#ifndef HOTDESK_PLUGIN_STATE_H
#define HOTDESK_PLUGIN_STATE_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_STATE "hotdesk.state/1"

/* Plugin side. While a plugin has this table its methods run one at a time for an instance, never in the inline lane.
 * At a promotion the host pauses the instance (calls wait, at most 200 ms), exports from the old version in the newest schema
 * that both name in their manifests (`state`: schema, reads, writes), and imports into the new one: dry, then for good.
 * At most 16 MiB. The export is kept for the rollback window. */
typedef struct hotdesk_state {
  uint32_t size;
  uint32_t schema; /* the schema it writes by itself */
  /* Writes the state in `target_schema` (the manifest lists which it can). [instance-serial] */
  hotdesk_result (*export_state)(hotdesk_instance *instance, uint32_t target_schema, const hotdesk_sink *sink);
  /* Reads a state; with `dry_run` only says whether it could. HOTDESK_E_INVALID: the old version keeps its
   * conversations until they end. [instance-serial] */
  hotdesk_result (*import_state)(hotdesk_instance *instance, uint32_t schema, const hotdesk_source *source,
                                 int32_t dry_run);
} hotdesk_state;
HOTDESK_LAYOUT(hotdesk_state, 4 + 4 + 8 + 8);

#endif
