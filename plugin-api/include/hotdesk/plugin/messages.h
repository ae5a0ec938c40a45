#ifndef HOTDESK_PLUGIN_MESSAGES_H
#define HOTDESK_PLUGIN_MESSAGES_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_MESSAGES "hotdesk.messages/1"

typedef struct hotdesk_message {
  uint32_t size;
  int32_t role;
  int64_t seq;
  int64_t at;
  hotdesk_text text;
} hotdesk_message;
HOTDESK_LAYOUT(hotdesk_message, 2 * 4 + 2 * 8 + 16);

/* Host side. Needs the permission "messages". */
typedef struct hotdesk_host_messages {
  uint32_t size;
  uint32_t reserved;
  /* Gives the newest `limit` (at most 200) messages of the call's conversation before `before_seq` (0: the end), oldest
   * first, to `on_page`, once. Staff notes are not among them. [any-thread; on_page: as the call's methods] */
  hotdesk_result (*read)(hotdesk_call call, int64_t before_seq, uint32_t limit, void *user,
                         void (*on_page)(void *user, hotdesk_result code, const hotdesk_array *messages));
} hotdesk_host_messages;
HOTDESK_LAYOUT(hotdesk_host_messages, 4 + 4 + 8);

#endif
