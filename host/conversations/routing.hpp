#pragma once
#include <functional>
#include <mutex>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "cluster/presence.hpp"
#include "conversations/ports.hpp"
#include "tenants/ports.hpp"

namespace hotdesk::conversations {

/// Gives waiting conversations to agents. Owed work is derived from rows: whatever waits, waits in the store, so a restart
/// owes the same and `poke` at start pays it (invariant I14). Each assignment applies only while the conversation still
/// waits, so two tries give one agent.
class Routing {
 public:
  Routing(ConversationRepository& conversations, tenants::TenantRepository& tenants, Timeline& timeline, Router& router,
          cluster::Presence& presence, Executor& pool, const Clock& clock);

  /// Something may have changed for this tenant: a conversation waits, an agent came, one became free. Coalesced: at most
  /// one pass a tenant runs and one more is owed. Thread: any; returns at once.
  void poke(const Uuid& tenant);
  /// For the Delivery listener: pokes where the change can free or need an agent.
  void committed(const Change& change, const Committed& result);
  /// About once a second: asks again where a router wanted to be asked later.
  void tick();

 private:
  void run(const Uuid& tenant);
  bool pass(const Uuid& tenant);
  enum class Given : std::uint8_t { assigned, moved, waits, failed };
  Given give(RouteRequest& request, std::vector<AgentLoad>& loads);
  Outcome apply(const RouteRequest& request, What what);
  void ask_again(const Uuid& tenant, std::uint32_t after_ms);
  /// Whether the conversation may go to another department once more: two rules that send it to each other must end.
  bool may_move(const Uuid& conversation);

  ConversationRepository& conversations_;
  tenants::TenantRepository& tenants_;
  Timeline& timeline_;
  Router& router_;
  cluster::Presence& presence_;
  Executor& pool_;
  const Clock& clock_;
  std::mutex mutex_;
  enum class Pass : std::uint8_t { running, again };
  std::unordered_map<Uuid, Pass> passes_;
  std::unordered_map<Uuid, std::int64_t> again_;  ///< by tenant: steady milliseconds
  std::unordered_map<Uuid, int> moves_;           ///< by conversation that waits
};

/// The host's own rule and the answer when every router says skip: fewest open ones, then longest without a new one.
/// @return nullptr when nobody is available.
const AgentLoad* least_busy(const std::vector<AgentLoad>& available);

}  // namespace hotdesk::conversations
