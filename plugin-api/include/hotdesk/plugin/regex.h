#ifndef HOTDESK_PLUGIN_REGEX_H
#define HOTDESK_PLUGIN_REGEX_H
#include "hotdesk/plugin/host.h"

/* Linear-time expressions (RE2) that live in the host. */
#define HOTDESK_EXT_REGEX "hotdesk.regex/1"

typedef struct hotdesk_regex hotdesk_regex;

typedef struct hotdesk_regex_hit {
  uint32_t size;
  uint32_t pattern; /* which of the set */
  uint64_t begin;   /* bytes */
  uint64_t end;
} hotdesk_regex_hit;
HOTDESK_LAYOUT(hotdesk_regex_hit, 2 * 4 + 2 * 8);

/* Host side. */
typedef struct hotdesk_host_regex {
  uint32_t size;
  uint32_t reserved;
  /* Compiles a set of at most 1,000 patterns (hotdesk_text, RE2 syntax, UTF-8); it ends with the instance.
   * HOTDESK_E_INVALID: `*bad` says which (hotdesk.log/1 has the reason). HOTDESK_E_BUDGET: 8 MiB of them.
   * [init] */
  hotdesk_result (*compile)(const hotdesk_host *host, const hotdesk_array *patterns, hotdesk_regex **regex, uint64_t *bad);
  /* Tells every hit of each pattern, pattern by pattern, those of one pattern not overlapping, until `each` answers other
   * than HOTDESK_OK, which is passed on. [concurrent] */
  hotdesk_result (*find)(const hotdesk_regex *regex, hotdesk_text text, void *context,
                         hotdesk_result (*each)(void *context, const hotdesk_regex_hit *hit));
} hotdesk_host_regex;
HOTDESK_LAYOUT(hotdesk_host_regex, 4 + 4 + 8 + 8);

#endif
