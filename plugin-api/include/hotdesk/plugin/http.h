#ifndef HOTDESK_PLUGIN_HTTP_H
#define HOTDESK_PLUGIN_HTTP_H
#include "hotdesk/plugin/host.h"

#define HOTDESK_EXT_HTTP "hotdesk.http/1"

typedef struct hotdesk_http_header {
  uint32_t size;
  uint32_t reserved;
  hotdesk_text name;
  hotdesk_text value; /* "${secret:NAME}" is replaced by the host: a plugin never holds a secret */
} hotdesk_http_header;
HOTDESK_LAYOUT(hotdesk_http_header, 2 * 4 + 2 * 16);

typedef struct hotdesk_http_request {
  uint32_t size;
  uint32_t timeout_ms;
  hotdesk_text method;
  hotdesk_text url;      /* its host must be granted: permission "http:api.example.com" */
  hotdesk_array headers; /* of hotdesk_http_header */
  hotdesk_text body;
} hotdesk_http_request;
HOTDESK_LAYOUT(hotdesk_http_request, 2 * 4 + 2 * 16 + 24 + 16);

/* Told piece by piece; `code` is HOTDESK_PENDING until the last piece, which has HOTDESK_OK (the answer is whole) or an
 * error. `status` is 0 until the headers came. The body's bytes are as sent, a piece may end inside a character. Lives
 * until `on_piece` returns. */
typedef struct hotdesk_http_piece {
  uint32_t size;
  hotdesk_result code;
  int32_t status;
  uint32_t reserved;
  hotdesk_text body;
} hotdesk_http_piece;
HOTDESK_LAYOUT(hotdesk_http_piece, 4 * 4 + 16);

/* Host side. */
typedef struct hotdesk_host_http {
  uint32_t size;
  uint32_t reserved;
  /* Sends a request for a call that is, or is about to be, pending. Permission "http:<host>" or "http:<host>:<port>" for
   * each host; https only, except to loopback. Redirects are not followed. At most 1 MiB out, 8 MiB in, 4 requests at once
   * and 16 in all for a call; `timeout_ms` 0 means the call's deadline. HOTDESK_OK: `on_piece` will be called, one at a
   * time, until `code` is not HOTDESK_PENDING, with HOTDESK_E_GONE at the latest when the call ends. HOTDESK_E_DENIED: not
   * granted, or a shadow. HOTDESK_E_BUDGET. [any-thread; on_piece: as the call's methods] */
  hotdesk_result (*send)(hotdesk_call call, const hotdesk_http_request *request, void *user,
                         void (*on_piece)(void *user, const hotdesk_http_piece *piece));
} hotdesk_host_http;
HOTDESK_LAYOUT(hotdesk_host_http, 4 + 4 + 8);

#endif
