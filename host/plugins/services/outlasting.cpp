#include "plugins/services/outlasting.hpp"

#include "plugins/calls/call_table.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

std::shared_ptr<Call> find_outlasting(hotdesk_call call, hotdesk_result& code) noexcept {
  if ((call & outlasting_call) == 0) {
    code = find_call(call) != nullptr ? HOTDESK_E_UNSUPPORTED : HOTDESK_E_GONE;
    if (code == HOTDESK_E_GONE) count_gone_call();
    return nullptr;
  }
  auto found = CallTable::instance().find(call);
  // Another plugin's handle is as good as none, and so is a thread that no plugin of ours should have.
  if (found && (found->side == nullptr || this_thread().side != found->side)) {
    count_gone_call();
    found = nullptr;
  }
  if (!found) code = HOTDESK_E_GONE;
  else if (!found->use_host(found->side->granted().budgets.host_calls)) code = HOTDESK_E_BUDGET, found = nullptr;
  return found;
}

}  // namespace hotdesk::plugins
