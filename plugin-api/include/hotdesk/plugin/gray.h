#ifndef HOTDESK_PLUGIN_GRAY_H
#define HOTDESK_PLUGIN_GRAY_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_GRAY "hotdesk.gray/1"

/* A visitor meets a component that has a candidate, for the first time in a conversation. It and all it points to belong
 * to the host and live until the call is over. */
typedef struct hotdesk_gray_request {
  uint32_t size;
  uint32_t percent; /* the release's, in hundredths: 0..10000 */
  hotdesk_id visitor;
  hotdesk_text component; /* a plugin's id, or "host" */
  hotdesk_text stable;    /* versions */
  hotdesk_text candidate;
  hotdesk_array attributes; /* of hotdesk_attribute: what is known of the visitor ("language", "country", "vip", …) */
  int64_t now;              /* UTC milliseconds since 1970 */
} hotdesk_gray_request;
HOTDESK_LAYOUT(hotdesk_gray_request, 2 * 4 + 16 + 3 * 16 + 24 + 8);

/* Plugin side. */
typedef struct hotdesk_gray {
  uint32_t size;
  uint32_t reserved;
  /* The visitor's bucket 0..9999 (a larger one is an error); under the percentage it is the candidate's. HOTDESK_SKIP, an
   * error, or no answer within 100 ms: the host's hash decides. The same on every node, so from the request alone.
   * [concurrent] */
  hotdesk_result (*assign)(hotdesk_instance *instance, hotdesk_call call, const hotdesk_gray_request *request,
                           uint32_t *bucket);
} hotdesk_gray;
HOTDESK_LAYOUT(hotdesk_gray, 4 + 4 + 8);

#endif
