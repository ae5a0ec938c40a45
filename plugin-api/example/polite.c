/* The smallest useful plugin: a filter in plain C that refuses a message with "damn" in it. Build:
 *   hotdesk_add_plugin(polite ID com.example.polite VERSION 1.0.0 SOURCES polite.c) */
#include <string.h>

#include "hotdesk/plugin/plugin.h"

static const hotdesk_host_call *calls;

static hotdesk_result polite_init(const hotdesk_host *host, hotdesk_shared **shared) {
  (void)shared;
  calls = (const hotdesk_host_call *)host->get_extension(host, HOTDESK_EXT_CALL);
  return calls != NULL ? HOTDESK_OK : HOTDESK_E_UNSUPPORTED;
}

static void polite_deinit(hotdesk_shared *shared) { (void)shared; }

static hotdesk_result polite_create(hotdesk_shared *shared, const hotdesk_host *host, hotdesk_instance **instance) {
  (void)shared, (void)host, (void)instance; /* nothing to remember: the instance stays NULL */
  return HOTDESK_OK;
}

static void polite_destroy(hotdesk_instance *instance) { (void)instance; }

static int contains(hotdesk_text text, const char *word) {
  const uint64_t length = strlen(word);
  for (uint64_t i = 0; i + length <= text.size; ++i)
    if (memcmp(text.data + i, word, length) == 0) return 1;
  return 0;
}

static hotdesk_result polite_inspect(hotdesk_instance *instance, hotdesk_call call, const hotdesk_filter_message *message,
                                     hotdesk_filter_answer *answer) {
  static const char reason[] = "Please rephrase this.";
  (void)instance;
  if (!contains(message->text, "damn")) return HOTDESK_SKIP;
  answer->verdict = HOTDESK_FILTER_BLOCK;
  answer->reason.data = calls->keep(call, reason, sizeof reason - 1);
  answer->reason.size = answer->reason.data != NULL ? sizeof reason - 1 : 0;
  return HOTDESK_OK;
}

static const void *polite_extension(const char *id) {
  static const hotdesk_filter filter = {sizeof filter, 0, polite_inspect, NULL};
  return strcmp(id, HOTDESK_EXT_FILTER) == 0 ? &filter : NULL;
}

HOTDESK_EXPORT const hotdesk_plugin_descriptor *hotdesk_plugin_query(uint32_t abi_major, uint32_t abi_minor) {
  static const hotdesk_plugin_descriptor polite = {
      sizeof polite,     HOTDESK_ABI_MAJOR,       HOTDESK_ABI_MINOR, 0,           HOTDESK_PLUGIN_ID,
      HOTDESK_PLUGIN_VERSION, HOTDESK_PLUGIN_BUILD_ID, polite_init,  polite_deinit, polite_create,
      polite_destroy,    polite_extension};
  (void)abi_minor;
  return abi_major == HOTDESK_ABI_MAJOR ? &polite : NULL;
}
