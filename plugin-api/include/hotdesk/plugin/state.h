#ifndef HOTDESK_PLUGIN_STATE_H
#define HOTDESK_PLUGIN_STATE_H
#include "hotdesk/plugin/types.h"

/* Draft: the id is final, this host does not call it yet (instances start anew at each swap). */
#define HOTDESK_EXT_STATE "hotdesk.state/1"

/* Plugin side. While a plugin has this table its methods run one at a time for an instance. */
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
