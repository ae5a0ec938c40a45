#pragma once
#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "store/repository.hpp"

namespace hotdesk::store {

class MessageLog final : public delivery::MessageLog {
 public:
  MessageLog(Database& database, const CommitSettings& settings, std::string epoch)
      : db_(database), settings_(settings), epoch_(std::move(epoch)) {}
  Result<delivery::Position> load_position(const Uuid& tenant, const Uuid& user, tenants::Role role, const Uuid& site,
                                           std::int64_t now) override;
  Result<delivery::FeedPage> read_feed(const Uuid& tenant, const delivery::FeedName& feed, std::int64_t cur, int max) override;
  Result<delivery::ConversationPage> read_conversation(const Uuid& tenant, const Uuid& conversation, std::optional<std::int64_t> before,
                                                       std::optional<std::int64_t> after, int max, bool staff) override;
  Result<std::optional<delivery::FoundMid>> find_mid(const Uuid& tenant, const Uuid& conversation, const Uuid& mid) override;
  Result<bool> is_member(const Uuid& tenant, const Uuid& conversation, const Uuid& user) override;
  Result<std::vector<std::int64_t>> heads(const Uuid& tenant, const std::vector<delivery::FeedName>& feeds) override;

 private:
  Database& db_;
  const CommitSettings& settings_;
  std::string epoch_;
};

}  // namespace hotdesk::store
