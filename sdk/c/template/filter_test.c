/* The plugin through its real entry point, with a host of two services. */
#include <stdio.h>
#include <string.h>

#include "hotdesk/plugin/plugin.h"

static char kept[1024];
static const char *keep(hotdesk_call call, const char *data, uint64_t bytes) {
  (void)call;
  if (bytes > sizeof kept) return NULL;
  return (const char *)memcpy(kept, data, (size_t)bytes);
}

static const char *word = NULL; /* the tenant's setting; NULL: none */
static hotdesk_result get(const hotdesk_host *host, hotdesk_text pointer, hotdesk_config_value *value) {
  (void)host;
  if (word == NULL || pointer.size != 5 || memcmp(pointer.data, "/word", 5) != 0) return HOTDESK_SKIP;
  value->type = HOTDESK_CONFIG_TEXT;
  value->text.data = word;
  value->text.size = strlen(word);
  return HOTDESK_OK;
}

static const void *service(const hotdesk_host *host, const char *id) {
  static const hotdesk_host_call call = {sizeof call, 0, keep, NULL, NULL, NULL, NULL};
  static const hotdesk_host_config config = {sizeof config, 0, NULL, get, NULL};
  (void)host;
  if (strcmp(id, HOTDESK_EXT_CALL) == 0) return &call;
  return strcmp(id, HOTDESK_EXT_CONFIG) == 0 ? &config : NULL;
}

static int wrong = 0;
static void expect(const char *text, hotdesk_result result, int32_t verdict) {
  const hotdesk_host host = {sizeof host, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, "test", NULL, service};
  const hotdesk_plugin_descriptor *plugin = hotdesk_plugin_query(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
  const hotdesk_filter *filter = (const hotdesk_filter *)plugin->get_extension(HOTDESK_EXT_FILTER);
  hotdesk_filter_message message = {0};
  hotdesk_filter_answer answer = {0};
  hotdesk_shared *shared = NULL;
  hotdesk_instance *instance = NULL;
  hotdesk_result answered = HOTDESK_E_INTERNAL;
  message.size = sizeof message;
  message.text.data = text;
  message.text.size = strlen(text);
  answer.size = sizeof answer;
  if (plugin->init(&host, &shared) == HOTDESK_OK && plugin->create(shared, &host, &instance) == HOTDESK_OK) {
    answered = filter->inspect(instance, 1, &message, &answer);
    plugin->destroy(instance);
    plugin->deinit(shared);
  }
  if (answered == result && answer.verdict == verdict) return;
  printf("\"%s\" with the word %s: result %d verdict %d\n", text, word != NULL ? word : "(default)", answered, answer.verdict);
  ++wrong;
}

int main(void) {
  expect("hello", HOTDESK_SKIP, HOTDESK_FILTER_PASS);
  expect("a secret", HOTDESK_OK, HOTDESK_FILTER_BLOCK);
  word = "tea";
  expect("a secret", HOTDESK_SKIP, HOTDESK_FILTER_PASS);
  expect("some tea", HOTDESK_OK, HOTDESK_FILTER_BLOCK);
  return wrong == 0 ? 0 : 1;
}
