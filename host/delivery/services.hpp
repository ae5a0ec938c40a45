#pragma once
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "cluster/limits.hpp"
#include "cluster/presence.hpp"
#include "conversations/ports.hpp"
#include "delivery/identity.hpp"
#include "delivery/members.hpp"
#include "delivery/ports.hpp"
#include "delivery/registry.hpp"
#include "observe/metrics.hpp"
#include "protocol/codes.hpp"
#include "visitors/model.hpp"

namespace hotdesk::delivery {

class Delivery;

/// What every session uses; made once at wiring and outlived by nothing in it.
struct Services {
  MessageLog& log;
  conversations::ConversationRepository& conversations;
  Filter& filter;
  Executor& pool;  ///< for calls that block
  const Clock& clock;
  cluster::RateLimits& rates;
  cluster::Presence& presence;
  Registry& registry;
  Members& members;
  metrics::Registry& metrics;
  protocol::Limits limits;
  /// A resume token for this identity, device and generation.
  std::function<std::string(const Identity&, const std::string& dev, std::int64_t gen)> make_resume;
  /// A keyed MAC of a client's own (kind, body, reply): judges reuse of a mid.
  std::function<std::string(std::string_view)> content_mac;
  /// What makes a visitor's rows with the first message: id, tenant, site, and what the widget told before.
  std::function<visitors::Visitor(const Identity&)> opening;
  /// Whether a visitor's new conversation begins with a bot. Called on event loops; empty: never.
  std::function<bool(const Uuid& tenant)> bot_first = {};
  /// Stores an agent's chosen presence state; blocks.
  std::function<Result<>(const Uuid& tenant, const Uuid& user, const std::string& state)> record_state;
};

}  // namespace hotdesk::delivery
