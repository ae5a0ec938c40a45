#ifndef HOTDESK_PLUGIN_RESPONDER_H
#define HOTDESK_PLUGIN_RESPONDER_H
#include "hotdesk/plugin/types.h"

/* Draft: the id is final, this host does not call it yet. */
#define HOTDESK_EXT_RESPONDER "hotdesk.responder/1"

/* Host side: where a reply is written to. */
#define HOTDESK_EXT_REPLY "hotdesk.reply/1"

typedef struct hotdesk_turn {
  uint32_t size;
  uint32_t reserved;
  hotdesk_id conversation;
  hotdesk_id visitor;
  int64_t seq; /* of the message that is owed an answer */
  hotdesk_text text;
  hotdesk_text language;
} hotdesk_turn;
HOTDESK_LAYOUT(hotdesk_turn, 2 * 4 + 2 * 16 + 8 + 2 * 16);

/* hotdesk_turn_answer.end. An unknown value counts as HOTDESK_TURN_HUMAN. */
enum { HOTDESK_TURN_ANSWERED = 0, HOTDESK_TURN_HUMAN = 1 /* hand over to a person */ };

typedef struct hotdesk_turn_answer {
  uint32_t size;
  int32_t end;
  hotdesk_text reason;
} hotdesk_turn_answer;
HOTDESK_LAYOUT(hotdesk_turn_answer, 4 + 4 + 16);

typedef struct hotdesk_host_reply {
  uint32_t size;
  uint32_t reserved;
  /* Appends to the reply of a pending turn; shown while it grows. HOTDESK_E_GONE when the call is over. [any-thread] */
  hotdesk_result (*chunk)(hotdesk_call call, hotdesk_text text);
} hotdesk_host_reply;
HOTDESK_LAYOUT(hotdesk_host_reply, 4 + 4 + 8);

/* Plugin side. */
typedef struct hotdesk_responder {
  uint32_t size;
  uint32_t reserved;
  /* A visitor's turn is owed an answer. HOTDESK_PENDING: 15 s to complete. HOTDESK_SKIP: the next responder, in the end
   * a person. [concurrent] */
  hotdesk_result (*reply)(hotdesk_instance *instance, hotdesk_call call, const hotdesk_turn *turn,
                          hotdesk_turn_answer *answer);
  void (*cancel)(hotdesk_instance *instance, hotdesk_call call, void *user);
} hotdesk_responder;
HOTDESK_LAYOUT(hotdesk_responder, 4 + 4 + 8 + 8);

#endif
