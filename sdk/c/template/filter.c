/* @ID@: refuses messages with a word in it that each tenant chooses. */
#include <stdlib.h>
#include <string.h>

#include "hotdesk/plugin/plugin.h"

/* One tenant's instance: hotdesk_instance is ours to define. Constant after create, so any number of threads may use it. */
struct hotdesk_instance {
  const hotdesk_host_call *calls;
  hotdesk_text word; /* points into the configuration, which lives as long as the instance */
};

static hotdesk_text text_of(const char *words) {
  hotdesk_text text = {words, strlen(words)};
  return text;
}

static hotdesk_result init(const hotdesk_host *host, hotdesk_shared **shared) {
  (void)host, (void)shared; /* what all tenants share would be made here */
  return HOTDESK_OK;
}
static void deinit(hotdesk_shared *shared) { (void)shared; }

static hotdesk_result create(hotdesk_shared *shared, const hotdesk_host *host, hotdesk_instance **instance) {
  const hotdesk_host_call *calls = (const hotdesk_host_call *)host->get_extension(host, HOTDESK_EXT_CALL);
  const hotdesk_host_config *config = (const hotdesk_host_config *)host->get_extension(host, HOTDESK_EXT_CONFIG);
  hotdesk_config_value value = {0};
  hotdesk_instance *made;
  (void)shared;
  if (calls == NULL || config == NULL) return HOTDESK_E_UNSUPPORTED;
  made = (hotdesk_instance *)malloc(sizeof *made);
  if (made == NULL) return HOTDESK_E_BUDGET;
  made->calls = calls;
  made->word = text_of("secret");
  value.size = sizeof value;
  if (config->get(host, text_of("/word"), &value) == HOTDESK_OK && value.type == HOTDESK_CONFIG_TEXT) made->word = value.text;
  *instance = made;
  return HOTDESK_OK;
}
static void destroy(hotdesk_instance *instance) { free(instance); }

static int contains(hotdesk_text text, hotdesk_text word) {
  uint64_t at;
  for (at = 0; at + word.size <= text.size; ++at)
    if (memcmp(text.data + at, word.data, word.size) == 0) return 1;
  return 0;
}

static hotdesk_result inspect(hotdesk_instance *instance, hotdesk_call call, const hotdesk_filter_message *message,
                              hotdesk_filter_answer *answer) {
  static const char reason[] = "Please leave that word out.";
  if (message->kind != HOTDESK_KIND_TEXT || !contains(message->text, instance->word)) return HOTDESK_SKIP;
  answer->verdict = HOTDESK_FILTER_BLOCK;
  answer->reason.data = instance->calls->keep(call, reason, sizeof reason - 1);
  answer->reason.size = answer->reason.data != NULL ? sizeof reason - 1 : 0;
  return HOTDESK_OK;
}

static const void *get_extension(const char *id) {
  static const hotdesk_filter filter = {sizeof filter, 0, inspect, NULL};
  return strcmp(id, HOTDESK_EXT_FILTER) == 0 ? &filter : NULL;
}

HOTDESK_EXPORT const hotdesk_plugin_descriptor *hotdesk_plugin_query(uint32_t abi_major, uint32_t abi_minor) {
  static const hotdesk_plugin_descriptor descriptor = {
      sizeof descriptor, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, HOTDESK_PLUGIN_ID, HOTDESK_PLUGIN_VERSION,
      HOTDESK_PLUGIN_BUILD_ID, init, deinit, create, destroy, get_extension};
  (void)abi_minor;
  return abi_major == HOTDESK_ABI_MAJOR ? &descriptor : NULL;
}
