#pragma once
#include "conversations/ports.hpp"
#include "store/repository.hpp"

namespace hotdesk::store {

class ConversationRepository final : public conversations::ConversationRepository {
 public:
  explicit ConversationRepository(Database& database) : db_(database) {}
  Result<std::optional<conversations::Conversation>> find_conversation(const Uuid& tenant, const Uuid& id, const Uuid& reader) override;
  Result<conversations::ConversationPage> list_conversations(const Uuid& tenant, const Uuid& reader,
                                                             const conversations::ListFilter& filter) override;
  Result<std::vector<conversations::Waiting>> list_waiting(const Uuid& tenant, int limit) override;
  Result<std::vector<conversations::AgentLoad>> list_loads(const Uuid& tenant, const Uuid& department) override;
  Result<std::vector<conversations::OwedTurn>> list_owed_turns(const Uuid& tenant, int limit) override;
  Result<std::optional<conversations::OwedTurn>> find_owed_turn(const Uuid& tenant, const Uuid& conversation) override;
  Result<Counts> count(const Uuid& tenant, std::int64_t since) override;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
