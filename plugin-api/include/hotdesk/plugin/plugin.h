#ifndef HOTDESK_PLUGIN_PLUGIN_H
#define HOTDESK_PLUGIN_PLUGIN_H

/* Everything. Each header also stands alone. */
#include "hotdesk/plugin/call.h"
#include "hotdesk/plugin/clock.h"
#include "hotdesk/plugin/config.h"
#include "hotdesk/plugin/entry.h"
#include "hotdesk/plugin/events.h"
#include "hotdesk/plugin/filter.h"
#include "hotdesk/plugin/gray.h"
#include "hotdesk/plugin/health.h"
#include "hotdesk/plugin/host.h"
#include "hotdesk/plugin/http.h"
#include "hotdesk/plugin/knowledge.h"
#include "hotdesk/plugin/kv.h"
#include "hotdesk/plugin/log.h"
#include "hotdesk/plugin/messages.h"
#include "hotdesk/plugin/metrics.h"
#include "hotdesk/plugin/platform.h"
#include "hotdesk/plugin/post.h"
#include "hotdesk/plugin/regex.h"
#include "hotdesk/plugin/responder.h"
#include "hotdesk/plugin/router.h"
#include "hotdesk/plugin/state.h"
#include "hotdesk/plugin/timer.h"
#include "hotdesk/plugin/types.h"
#include "hotdesk/plugin/version.h"

#endif
