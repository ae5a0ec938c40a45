#pragma once
#include <functional>
#include <mutex>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "cluster/presence.hpp"
#include "conversations/ports.hpp"

namespace hotdesk::conversations {

/// Gives waiting conversations to agents. Owed work is derived from rows: whatever waits, waits in the store, so a restart
/// owes the same and `poke` at start pays it (invariant I14). Each assignment applies only while the conversation still
/// waits, so two tries give one agent.
class Routing {
 public:
  Routing(ConversationRepository& conversations, Timeline& timeline, Router& router, cluster::Presence& presence, Executor& pool,
          const Clock& clock);

  /// Something may have changed for this tenant: a conversation waits, an agent came, one became free. Coalesced: at most
  /// one pass a tenant runs and one more is owed. Thread: any; returns at once.
  void poke(const Uuid& tenant);
  /// For the Delivery listener: pokes where the change can free or need an agent.
  void committed(const Change& change, const Committed& result);

 private:
  void run(const Uuid& tenant);
  bool pass(const Uuid& tenant);

  ConversationRepository& conversations_;
  Timeline& timeline_;
  Router& router_;
  cluster::Presence& presence_;
  Executor& pool_;
  const Clock& clock_;
  std::mutex mutex_;
  enum class Pass : std::uint8_t { running, again };
  std::unordered_map<Uuid, Pass> passes_;
};

/// The host's own rule and the answer when every router says skip: fewest open ones, then longest without a new one.
/// @return nullptr when nobody is available.
const AgentLoad* least_busy(const std::vector<AgentLoad>& available);

}  // namespace hotdesk::conversations
