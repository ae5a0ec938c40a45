#ifndef HOTDESK_PLUGIN_GRAY_H
#define HOTDESK_PLUGIN_GRAY_H
#include "hotdesk/plugin/types.h"

/* Draft: the id is final, this host does not call it yet and chooses by its own hash. */
#define HOTDESK_EXT_GRAY "hotdesk.gray/1"

/* Plugin side. */
typedef struct hotdesk_gray {
  uint32_t size;
  uint32_t reserved;
  /* The visitor's bucket 0..9999 for a component; under the percentage (in hundredths) it is the candidate's.
   * HOTDESK_SKIP: the host's hash decides. Must be the same on every node. [concurrent] */
  hotdesk_result (*assign)(hotdesk_instance *instance, hotdesk_call call, hotdesk_text component, hotdesk_id visitor,
                           uint32_t *bucket);
} hotdesk_gray;
HOTDESK_LAYOUT(hotdesk_gray, 4 + 4 + 8);

#endif
