#pragma once
#include <memory>

#include "hotdesk/plugin/plugin.h"
#include "plugins/calls/call.hpp"
#include "plugins/host_services.hpp"

namespace hotdesk::plugins {

/// The tables of a mapped library; nullptr: it has none.
struct Tables {
  const hotdesk_filter* filter = nullptr;
  const hotdesk_router* router = nullptr;
  const hotdesk_responder* responder = nullptr;
  const hotdesk_gray* gray = nullptr;
  const hotdesk_events* events = nullptr;
  const hotdesk_state* state = nullptr;
  const hotdesk_health* health = nullptr;

  bool has(Method method) const noexcept;
};

/// An instance in this process.
struct Target {
  Tables tables;
  hotdesk_instance* raw = nullptr;
  HostSide* side = nullptr;
};

class Input;
union AnswerStruct;

/// The bare call into plugin code, under a mark that the caller has set. An exception becomes HOTDESK_E_INTERNAL.
hotdesk_result invoke(const Target& target, Method method, hotdesk_call handle, const Input& input, AnswerStruct& answer) noexcept;

/// Makes the call on this thread and finishes it, unless the plugin answered that it will itself. Sets call->side.
void perform(const Target& target, const std::shared_ptr<Call>& call);

/// Tells the plugin that a pending call was given up.
void perform_cancel(const Target& target, const Call& call);

/// What a method's result, or a completion, comes to: `answer` read and checked, `fail`'s words, the chunks.
Outcome outcome_of(const Call& call, hotdesk_result code, const void* answer);

}  // namespace hotdesk::plugins
