#include "store/store.hpp"

#include <sys/stat.h>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "store/checkpointer.hpp"
#include "store/conversation_repository.hpp"
#include "store/guard.hpp"
#include "store/knowledge_repository.hpp"
#include "store/log_repository.hpp"
#include "store/message_log.hpp"
#include "store/migrations.hpp"
#include "store/plugin_repository.hpp"
#include "store/site_repository.hpp"
#include "store/sqlite/dialect.hpp"
#include "store/tenant_repository.hpp"
#include "store/user_repository.hpp"
#include "store/visitor_repository.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement read_meta_sql{"meta.read", "SELECT value FROM meta WHERE name = ?", "t", Scope::system};
constexpr Statement insert_meta_sql{"meta.insert", "INSERT INTO meta (name, value) VALUES (?, ?)", "", Scope::system};

/// The store's epoch, made with the database.
std::string load_epoch(Connection& connection) {
  Transaction transaction(connection, Transaction::Kind::write);
  SystemSession session(connection);
  const Rows& rows = session.run(read_meta_sql, "epoch");
  if (!rows.empty()) return rows.bytes(0, 0);
  const std::string made = to_base64url(random_string(6));
  session.run(insert_meta_sql, "epoch", made);
  transaction.commit();
  return made;
}

}  // namespace

// Destroyed bottom-up: repositories, then the writer (which answers what is queued), then what it works with.
struct Store::Parts {
  Parts(const std::filesystem::path& file, Options options, std::unique_ptr<Connection> connection,
        std::unique_ptr<TenantDirectory> tenant_directory, const std::shared_ptr<const Guard>& guard, std::string store_epoch)
      : settings{options.conversation_ids, options.reopen_window_ms, options.recall_window_ms},
        epoch(std::move(store_epoch)),
        directory(std::move(tenant_directory)),
        readers(file, options.readers, guard),
        checkpointer(file),
        writer(std::move(connection), *directory,
               GroupCommit::Settings{settings, options.batch_limit, options.failpoint, [this] { checkpointer.notify(); }}),
        database{readers, writer, *directory},
        log(database, settings, epoch) {}

  CommitSettings settings;
  std::string epoch;
  std::unique_ptr<TenantDirectory> directory;
  ReaderPool readers;
  Checkpointer checkpointer;
  GroupCommit writer;
  Database database;
  MessageLog log;
  ConversationRepository conversations{database};
  TenantRepository tenants{database};
  SiteRepository sites{database};
  UserRepository users{database};
  LogRepository logs{database};
  VisitorRepository visitors{database};
  PluginRepository plugins{database};
  KnowledgeRepository knowledge{database};
};

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(Options options) {
  try {
    std::error_code error;
    const bool made = std::filesystem::create_directories(options.data_dir, error);
    if (error) return fail(Errc::storage, "Cannot make " + options.data_dir.string() + ": " + error.message() + ".");
    if (made) ::chmod(options.data_dir.c_str(), 0700);
    const std::filesystem::path file = options.data_dir / "hotdesk.db";
    auto connection = std::make_unique<Connection>(file, Connection::Mode::writer);
    ::chmod(file.c_str(), 0600);
    if (auto migrated = migrate(*connection, migrations()); !migrated) return migrated.error();
    const auto guard = std::make_shared<const Guard>(sqlite::tenant_tables(*connection));
    connection->set_guard(guard);
    std::string epoch = load_epoch(*connection);
    auto directory = std::make_unique<TenantDirectory>(options.master_key);
    if (auto loaded = directory->load(*connection); !loaded) return loaded.error();
    auto parts = std::make_unique<Parts>(file, std::move(options), std::move(connection), std::move(directory), guard, std::move(epoch));
    return std::unique_ptr<Store>(new Store(std::move(parts)));
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, "Cannot open the database in " + options.data_dir.string() + ": " + error.what());
  }
}

delivery::Commit& Store::commit() noexcept { return parts_->writer; }
delivery::MessageLog& Store::log() noexcept { return parts_->log; }
conversations::ConversationRepository& Store::conversations() noexcept { return parts_->conversations; }
tenants::TenantRepository& Store::tenants() noexcept { return parts_->tenants; }
tenants::SiteRepository& Store::sites() noexcept { return parts_->sites; }
tenants::UserRepository& Store::users() noexcept { return parts_->users; }
tenants::LogRepository& Store::logs() noexcept { return parts_->logs; }
visitors::VisitorRepository& Store::visitors() noexcept { return parts_->visitors; }
plugins::PluginStore& Store::plugins() noexcept { return parts_->plugins; }
conversations::KnowledgeRepository& Store::knowledge() noexcept { return parts_->knowledge; }

Result<> Store::health() {
  return parts_->readers.use([](Connection& connection) -> Result<> {
    SystemSession(connection).run(read_meta_sql, "epoch");
    return {};
  });
}

Stats Store::stats() const { return parts_->writer.stats(); }
std::string Store::epoch() const { return parts_->epoch; }

}  // namespace hotdesk::store
