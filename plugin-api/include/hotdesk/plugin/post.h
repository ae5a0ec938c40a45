#ifndef HOTDESK_PLUGIN_POST_H
#define HOTDESK_PLUGIN_POST_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_POST "hotdesk.post/1"

/* Host side. Needs the permission "post". At most 10 a minute and conversation; not shown to the author's own hooks. */
typedef struct hotdesk_host_post {
  uint32_t size;
  uint32_t reserved;
  /* Puts a message of kind HOTDESK_KIND_TEXT, CARD or NOTE (`body`: text; a card's is its JSON) into the call's
   * conversation, as the plugin. Accepted means queued: it is stored behind. Its mid is derived from the
   * plugin, the conversation, the triggering message and `n`, so a repeat is not a second message.
   * HOTDESK_E_BUDGET beyond the rate, HOTDESK_E_DENIED in a shadow. [any-thread] */
  hotdesk_result (*message)(hotdesk_call call, int32_t kind, hotdesk_text body, uint32_t n);
} hotdesk_host_post;
HOTDESK_LAYOUT(hotdesk_host_post, 4 + 4 + 8);

#endif
