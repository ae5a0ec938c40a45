#include "contract/backend.hpp"
#include "crypto/mac.hpp"
#include "store/store.hpp"

namespace hotdesk::contract {
namespace {

class SqlitePorts final : public Ports {
 public:
  explicit SqlitePorts(std::unique_ptr<store::Store> opened) : store_(std::move(opened)) {}
  delivery::Commit& commit() override { return store_->commit(); }
  delivery::MessageLog& log() override { return store_->log(); }
  conversations::ConversationRepository& conversations() override { return store_->conversations(); }
  tenants::TenantRepository& tenants() override { return store_->tenants(); }
  tenants::SiteRepository& sites() override { return store_->sites(); }
  tenants::UserRepository& users() override { return store_->users(); }
  tenants::LogRepository& logs() override { return store_->logs(); }
  visitors::VisitorRepository& visitors() override { return store_->visitors(); }
  plugins::PluginStore& plugins() override { return store_->plugins(); }
  conversations::KnowledgeRepository& knowledge() override { return store_->knowledge(); }

 private:
  std::unique_ptr<store::Store> store_;
};

std::unique_ptr<Ports> open_sqlite(const std::filesystem::path& folder, Failpoint failpoint) {
  store::Options options;
  options.data_dir = folder;
  options.master_key = std::string(32, 'm');
  options.conversation_ids = conversation_id;
  options.reopen_window_ms = reopen_window_ms;
  options.recall_window_ms = recall_window_ms;
  options.failpoint = std::move(failpoint);
  return std::make_unique<SqlitePorts>(store::Store::open(std::move(options)).value());
}

}  // namespace

const std::vector<Backend>& backends() {
  static const std::vector<Backend> all = {{"sqlite", open_sqlite}};
  return all;
}

Uuid conversation_id(const Uuid& tenant, const Uuid& visitor, std::int64_t finished) {
  const std::string mac = crypto::hmac_sha256("test", tenant.binary() + visitor.binary() + std::to_string(finished));
  return *uuid_from_binary(std::string_view(mac).substr(0, 16));
}

}  // namespace hotdesk::contract
