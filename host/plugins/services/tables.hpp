#pragma once
#include "hotdesk/plugin/plugin.h"

namespace hotdesk::plugins {

/// The tables of services that answer later, or belong to a pending call.
const hotdesk_host_http& http_table() noexcept;
const hotdesk_host_knowledge& knowledge_table() noexcept;
const hotdesk_host_messages& messages_table() noexcept;
const hotdesk_host_post& post_table() noexcept;
const hotdesk_host_reply& reply_table() noexcept;

}  // namespace hotdesk::plugins
