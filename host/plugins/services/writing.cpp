#include "base/text.hpp"
#include "plugins/abi_text.hpp"
#include "plugins/services/outlasting.hpp"
#include "plugins/services/tables.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_body = 64 * 1024;

hotdesk_result message(hotdesk_call handle, std::int32_t kind, hotdesk_text body, std::uint32_t n) noexcept {
  hotdesk_result code = HOTDESK_E_INTERNAL;
  const auto call = find_outlasting(handle, code);
  if (!call) return code;
  if (kind != HOTDESK_KIND_TEXT && kind != HOTDESK_KIND_CARD && kind != HOTDESK_KIND_NOTE) return HOTDESK_E_INVALID;
  if (body.size == 0 || body.size > most_body || !is_clean_text(to_view(body))) return HOTDESK_E_INVALID;
  if (call->context().conversation.is_nil()) return HOTDESK_E_STATE;
  if (call->context().shadow) return HOTDESK_E_DENIED;
  try {
    return call->side->ports().post->message(call->context(), kind, std::string(to_view(body)), n);
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

hotdesk_result chunk(hotdesk_call handle, hotdesk_text text) noexcept {
  hotdesk_result code = HOTDESK_E_INTERNAL;
  const auto call = find_outlasting(handle, code);
  if (!call) return code;
  try {
    return call->chunk(to_view(text));
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

}  // namespace

const hotdesk_host_post& post_table() noexcept {
  static constexpr hotdesk_host_post table{sizeof table, 0, &message};
  return table;
}
const hotdesk_host_reply& reply_table() noexcept {
  static constexpr hotdesk_host_reply table{sizeof table, 0, &chunk};
  return table;
}

}  // namespace hotdesk::plugins
