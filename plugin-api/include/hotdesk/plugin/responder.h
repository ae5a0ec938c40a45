#ifndef HOTDESK_PLUGIN_RESPONDER_H
#define HOTDESK_PLUGIN_RESPONDER_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_RESPONDER "hotdesk.responder/1"

/* Host side: where a reply is written to. */
#define HOTDESK_EXT_REPLY "hotdesk.reply/1"

/* A visitor's message that is owed an answer. It and all it points to belong to the host and live until the call is over. */
typedef struct hotdesk_turn {
  uint32_t size;
  uint32_t reserved;
  hotdesk_id conversation;
  hotdesk_id visitor;
  int64_t seq; /* of the message; what came before it is read with hotdesk.messages/1 */
  hotdesk_text text;
  hotdesk_text language; /* BCP 47 or empty */
} hotdesk_turn;
HOTDESK_LAYOUT(hotdesk_turn, 2 * 4 + 2 * 16 + 8 + 2 * 16);

/* Where an answer comes from: shown below it. */
typedef struct hotdesk_citation {
  uint32_t size;
  uint32_t reserved;
  hotdesk_id article; /* all zero: none of the tenant's */
  hotdesk_text title;
  hotdesk_text url; /* https, or empty */
} hotdesk_citation;
HOTDESK_LAYOUT(hotdesk_citation, 2 * 4 + 16 + 2 * 16);

/* hotdesk_turn_answer.end. An unknown value counts as HOTDESK_TURN_HUMAN. */
enum { HOTDESK_TURN_ANSWERED = 0, HOTDESK_TURN_HUMAN = 1 /* hand over to a person */ };

/* Made zero by the host, filled by the plugin (or given to `complete`). What it points to comes from
 * hotdesk_host_call.keep. */
typedef struct hotdesk_turn_answer {
  uint32_t size;
  int32_t end;
  hotdesk_text reason;     /* HUMAN: for the agent who takes over, "asked for a person" */
  double confidence;       /* 0..1; below 0: unknown */
  hotdesk_array citations; /* of hotdesk_citation, at most 8 */
} hotdesk_turn_answer;
HOTDESK_LAYOUT(hotdesk_turn_answer, 4 + 4 + 16 + 8 + 24);

typedef struct hotdesk_host_reply {
  uint32_t size;
  uint32_t reserved;
  /* Appends to the reply of a turn that is not over; shown while it grows. All chunks together are the message: valid
   * UTF-8 each, at most 64 KiB in all (HOTDESK_E_BUDGET). HOTDESK_E_GONE when the call is over. [any-thread] */
  hotdesk_result (*chunk)(hotdesk_call call, hotdesk_text text);
} hotdesk_host_reply;
HOTDESK_LAYOUT(hotdesk_host_reply, 4 + 4 + 8);

/* Plugin side. */
typedef struct hotdesk_responder {
  uint32_t size;
  uint32_t reserved;
  /* A visitor's turn is owed an answer; may be asked again for the same `seq` after a crash. HOTDESK_OK with
   * HOTDESK_TURN_ANSWERED: the chunks are the answer (none: the bot stays silent). With HOTDESK_TURN_HUMAN: what was
   * written so far is sent, then the conversation waits for a person. HOTDESK_PENDING: 15 s to complete, in the pool and
   * runner lanes. HOTDESK_SKIP: the next responder, in the end a person. An error: a person. [concurrent] */
  hotdesk_result (*reply)(hotdesk_instance *instance, hotdesk_call call, const hotdesk_turn *turn,
                          hotdesk_turn_answer *answer);
  /* Optional (NULL); as hotdesk_filter.cancel: the visitor left, a person took over, the time is up. [any-thread] */
  void (*cancel)(hotdesk_instance *instance, hotdesk_call call, void *user);
} hotdesk_responder;
HOTDESK_LAYOUT(hotdesk_responder, 4 + 4 + 8 + 8);

#endif
