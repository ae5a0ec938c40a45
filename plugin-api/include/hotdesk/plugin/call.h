#ifndef HOTDESK_PLUGIN_CALL_H
#define HOTDESK_PLUGIN_CALL_H
#include "hotdesk/plugin/types.h"

#define HOTDESK_EXT_CALL "hotdesk.call/1"

/* Host side: what can be done with a call handle. */
typedef struct hotdesk_host_call {
  uint32_t size;
  uint32_t reserved;

  /* Copies `bytes` bytes into the call's arena. Whatever an answer points to comes from here (or from the call's own
   * input). NULL when the handle is dead or the arena's budget (1 MiB) is used up. The copy lives until the call is
   * over. [any-thread] */
  const char *(*keep)(hotdesk_call call, const char *data, uint64_t bytes);

  /* Says what was wrong, before an error is returned: `path` is a configuration key or field ("words/3/action"), `text`
   * a sentence for a person. Both are copied and cut at 1 KiB. The last one counts. [any-thread] */
  hotdesk_result (*fail)(hotdesk_call call, hotdesk_result code, hotdesk_text path, hotdesk_text text);

  /* Keeps the plugin's own pointer with a pending call, for `complete` and for the extension's `cancel`. [any-thread] */
  hotdesk_result (*set_user)(hotdesk_call call, void *user);
  void *(*get_user)(hotdesk_call call);

  /* Ends a call that answered HOTDESK_PENDING; exactly once. `answer` is what the extension's method would have filled,
   * and is read before `complete` returns. Never re-enters the plugin. HOTDESK_E_GONE when the call is over already
   * (cancelled, late, completed twice): counted, harmless. HOTDESK_E_UNSUPPORTED in the inline lane. [any-thread] */
  hotdesk_result (*complete)(hotdesk_call call, hotdesk_result code, const void *answer);
} hotdesk_host_call;
HOTDESK_LAYOUT(hotdesk_host_call, 4 + 4 + 5 * 8);

#endif
