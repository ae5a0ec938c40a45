#ifndef HOTDESK_PLUGIN_KNOWLEDGE_H
#define HOTDESK_PLUGIN_KNOWLEDGE_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_KNOWLEDGE "hotdesk.knowledge/1"

typedef struct hotdesk_passage {
  uint32_t size;
  uint32_t reserved;
  hotdesk_id article;
  hotdesk_text title;
  hotdesk_text text;
  double score; /* 0..1 */
} hotdesk_passage;
HOTDESK_LAYOUT(hotdesk_passage, 2 * 4 + 16 + 2 * 16 + 8);

/* Host side. Needs the permission "knowledge". */
typedef struct hotdesk_host_knowledge {
  uint32_t size;
  uint32_t reserved;
  /* The best `limit` (at most 20) passages of the tenant's articles for a question, told once; none is an empty array.
   * [any-thread; on_result: as the call's methods] */
  hotdesk_result (*search)(hotdesk_call call, hotdesk_text question, uint32_t limit, void *user,
                           void (*on_result)(void *user, hotdesk_result code, const hotdesk_array *passages));
} hotdesk_host_knowledge;
HOTDESK_LAYOUT(hotdesk_host_knowledge, 4 + 4 + 8);

#endif
