#ifndef HOTDESK_PLUGIN_FILTER_H
#define HOTDESK_PLUGIN_FILTER_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_FILTER "hotdesk.filter/1"

/* Who wrote it. An unknown value: treat it as HOTDESK_ROLE_SYSTEM. */
enum {
  HOTDESK_ROLE_VISITOR = 0,
  HOTDESK_ROLE_AGENT = 1,
  HOTDESK_ROLE_BOT = 2,
  HOTDESK_ROLE_PLUGIN = 3,
  HOTDESK_ROLE_SYSTEM = 4
};
/* What it is. An unknown value: answer HOTDESK_SKIP. */
enum { HOTDESK_KIND_TEXT = 0, HOTDESK_KIND_FILE = 1, HOTDESK_KIND_CARD = 2, HOTDESK_KIND_NOTE = 3 };
/* Which way it goes. */
enum { HOTDESK_INBOUND = 0 /* to the staff */, HOTDESK_OUTBOUND = 1 /* to the visitor */ };
/* hotdesk_filter_message.flags */
enum { HOTDESK_MESSAGE_DRAFT = 1 /* a typing preview: masked or hidden, never stored */ };

/* A message before it is stored. It and all it points to belong to the host and live until the call is over. */
typedef struct hotdesk_filter_message {
  uint32_t size;
  int32_t role;
  int32_t direction;
  int32_t kind;
  uint32_t flags;
  uint32_t reserved;
  hotdesk_id conversation;
  hotdesk_id visitor;
  hotdesk_text text;      /* valid UTF-8, what the filters before this one left of it */
  hotdesk_text language;  /* BCP 47 or empty */
  hotdesk_text file_hash; /* lower-case hex SHA-256; files only */
  hotdesk_text file_type; /* MIME; files only */
  uint64_t file_bytes;
} hotdesk_filter_message;
HOTDESK_LAYOUT(hotdesk_filter_message, 6 * 4 + 2 * 16 + 4 * 16 + 8);

/* hotdesk_filter_answer.verdict. An unknown value counts as HOTDESK_FILTER_PASS. */
enum { HOTDESK_FILTER_PASS = 0, HOTDESK_FILTER_REWRITE = 1, HOTDESK_FILTER_BLOCK = 2 };

/* Made zero by the host, filled by the plugin. What it points to comes from hotdesk_host_call.keep. */
typedef struct hotdesk_filter_answer {
  uint32_t size;
  int32_t verdict;
  hotdesk_text text;   /* REWRITE: the whole new text, valid UTF-8, at most 64 KiB */
  hotdesk_text reason; /* BLOCK: shown to the author; REWRITE: for the log. At most 1 KiB */
} hotdesk_filter_answer;
HOTDESK_LAYOUT(hotdesk_filter_answer, 4 + 4 + 16 + 16);

/* Plugin side. */
typedef struct hotdesk_filter {
  uint32_t size;
  uint32_t reserved;

  /* Sees every message before it is stored, from any number of threads at once, also for one conversation.
   * Soft budget 2 ms. HOTDESK_OK: `answer` counts. HOTDESK_SKIP: as PASS. HOTDESK_PENDING: 200 ms to complete.
   * An error: the operator's policy for the tenant decides (open: as PASS; closed: the author sends again later), and
   * it counts against this version. [concurrent] */
  hotdesk_result (*inspect)(hotdesk_instance *instance, hotdesk_call call, const hotdesk_filter_message *message,
                            hotdesk_filter_answer *answer);

  /* Optional (NULL): the host gives a pending call up; `user` is what set_user kept. The handle is dead afterwards.
   * [any-thread] */
  void (*cancel)(hotdesk_instance *instance, hotdesk_call call, void *user);
} hotdesk_filter;
HOTDESK_LAYOUT(hotdesk_filter, 4 + 4 + 8 + 8);

#endif
