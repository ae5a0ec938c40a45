#ifndef HOTDESK_PLUGIN_ROUTER_H
#define HOTDESK_PLUGIN_ROUTER_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_ROUTER "hotdesk.router/1"

/* An agent who is online and has room now. */
typedef struct hotdesk_agent {
  uint32_t size;
  uint32_t open;     /* conversations at this moment */
  uint32_t capacity; /* at most that many */
  uint32_t reserved;
  hotdesk_id id;
  hotdesk_text name;
  int64_t last_assigned_at; /* milliseconds since 1970; 0: never */
  /* since minor 1 */
  hotdesk_text username;     /* the log-in name: what a configuration names agents by */
  hotdesk_array departments; /* of hotdesk_id: those the agent belongs to */
} hotdesk_agent;
HOTDESK_LAYOUT(hotdesk_agent, 4 * 4 + 16 + 16 + 8 + 16 + 24);

/* A department of the tenant. */
typedef struct hotdesk_department {
  uint32_t size;
  uint32_t reserved;
  hotdesk_id id;
  hotdesk_text name;
} hotdesk_department;
HOTDESK_LAYOUT(hotdesk_department, 2 * 4 + 16 + 16);

/* A conversation that needs somebody. It and all it points to belong to the host and live until the call is over. */
typedef struct hotdesk_route_request {
  uint32_t size;
  int32_t priority; /* higher is more urgent; 0 is usual */
  hotdesk_id conversation;
  hotdesk_id visitor;
  hotdesk_id department;
  hotdesk_id last_agent;   /* who had this visitor last; all zero: nobody */
  hotdesk_array labels;    /* of hotdesk_text */
  hotdesk_array available; /* of hotdesk_agent, in no particular order; may be empty */
  int64_t waiting_since;   /* milliseconds since 1970 */
  /* since minor 1 */
  int64_t now;               /* UTC milliseconds since 1970 */
  hotdesk_text channel;      /* how the visitor came: "widget", … */
  hotdesk_text language;     /* BCP 47 or empty */
  hotdesk_array attributes;  /* of hotdesk_attribute: what is known of the visitor ("vip", "plan", …) */
  hotdesk_array departments; /* of hotdesk_department: all of the tenant's */
} hotdesk_route_request;
HOTDESK_LAYOUT(hotdesk_route_request, 2 * 4 + 4 * 16 + 2 * 24 + 8 + 8 + 2 * 16 + 2 * 24);

/* hotdesk_route_answer.target. An unknown value counts as HOTDESK_SKIP. */
enum {
  HOTDESK_ROUTE_AGENT = 0,
  HOTDESK_ROUTE_QUEUE = 1,     /* let it wait */
  HOTDESK_ROUTE_BOT = 2,       /* the responders answer until they hand over */
  HOTDESK_ROUTE_DEPARTMENT = 3 /* since minor 1: it waits in another department */
};

/* Made zero by the host, filled by the plugin. What it points to comes from hotdesk_host_call.keep. */
typedef struct hotdesk_route_answer {
  uint32_t size;
  int32_t target;
  hotdesk_id agent;    /* AGENT: one of `available`; any other is an error */
  hotdesk_text reason; /* for the log and the audit: "least busy" */
  /* since minor 1 */
  hotdesk_id department; /* DEPARTMENT: one of `departments` */
  uint32_t again_ms;     /* QUEUE: ask again after so long at the latest (at least 1,000; 0: only when something changes) */
  uint32_t reserved;
} hotdesk_route_answer;
HOTDESK_LAYOUT(hotdesk_route_answer, 2 * 4 + 16 + 16 + 16 + 2 * 4);

/* Plugin side. */
typedef struct hotdesk_router {
  uint32_t size;
  uint32_t reserved;

  /* Called whenever a conversation waits and something changed. HOTDESK_OK: the first such answer of the chain counts.
   * HOTDESK_SKIP: the next router, in the end the host's own rule (fewest open). HOTDESK_PENDING: 300 ms to complete.
   * An error: as SKIP (policy open) or the conversation waits (closed). [concurrent] */
  hotdesk_result (*route)(hotdesk_instance *instance, hotdesk_call call, const hotdesk_route_request *request,
                          hotdesk_route_answer *answer);

  /* Optional (NULL); as hotdesk_filter.cancel. [any-thread] */
  void (*cancel)(hotdesk_instance *instance, hotdesk_call call, void *user);
} hotdesk_router;
HOTDESK_LAYOUT(hotdesk_router, 4 + 4 + 8 + 8);

#endif
