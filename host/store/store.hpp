#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "conversations/knowledge.hpp"
#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "plugins/ports.hpp"
#include "tenants/ports.hpp"
#include "visitors/ports.hpp"

namespace hotdesk::store {

struct Options {
  std::filesystem::path data_dir;  ///< hotdesk.db lies there; made when absent (0700)
  std::string master_key;          ///< 32 bytes; wraps the tenants' data keys, never stored
  conversations::ConversationIds conversation_ids;
  std::int64_t reopen_window_ms = 24LL * 3600 * 1000;
  std::int64_t recall_window_ms = 2LL * 60 * 1000;
  std::size_t readers = 4;         ///< connections for blocking reads
  std::size_t batch_limit = 256;   ///< items in one commit
  /// Tests only: called with "before_commit", "after_commit" (durable, nothing answered yet), "after_completions". Throwing
  /// from the first two plays a COMMIT whose outcome is unknown.
  std::function<void(std::string_view point)> failpoint;
};

/// Held by `serve`, and by each command that opens the store without a server: a double start is refused. Advisory (flock),
/// released when the process ends, however it ends.
class DataFolderLock {
 public:
  /// Errc::busy when another process holds it; the text names the folder and that process.
  static Result<DataFolderLock> acquire(const std::filesystem::path& data_dir);
  DataFolderLock(DataFolderLock&& other) noexcept;
  DataFolderLock& operator=(DataFolderLock&& other) noexcept;
  ~DataFolderLock();

 private:
  explicit DataFolderLock(int fd) noexcept : fd_(fd) {}
  int fd_ = -1;
};

/// Since the start.
struct Stats {
  std::uint64_t batches = 0;
  std::uint64_t items = 0;
  std::uint64_t messages = 0;  ///< committed, repeats not counted
  std::uint64_t failed_batches = 0;
  std::uint64_t jobs = 0;      ///< other repositories' writes
  std::uint64_t queued = 0;    ///< items waiting now
  std::uint64_t commit_us = 0; ///< wall time inside COMMIT
  std::uint64_t batch_us = 0;  ///< wall time of batches, COMMIT included
  std::uint64_t writer_cpu_us = 0;
  std::array<std::uint64_t, 9> batch_sizes{};  ///< batches of up to 1, 2, 4, … 256 items
};

/// The data folder's database: one writer thread, some readers, checkpoints aside. Destroying it ends the writer after what
/// is queued was answered. Thread: any.
class Store {
 public:
  /// Opens or makes the database and migrates it under a lock. Errc::unsupported: the schema is newer than this build knows;
  /// Errc::forbidden: the master key is not the one that sealed it; Errc::storage: the file cannot be opened. Blocks.
  static Result<std::unique_ptr<Store>> open(Options options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  delivery::Commit& commit() noexcept;
  delivery::MessageLog& log() noexcept;
  conversations::ConversationRepository& conversations() noexcept;
  tenants::TenantRepository& tenants() noexcept;
  tenants::SiteRepository& sites() noexcept;
  tenants::UserRepository& users() noexcept;
  tenants::LogRepository& logs() noexcept;
  visitors::VisitorRepository& visitors() noexcept;
  plugins::PluginStore& plugins() noexcept;
  conversations::KnowledgeRepository& knowledge() noexcept;

  /// A quick read of the database. Blocks; Errc::storage with the reason.
  Result<> health();
  Stats stats() const;
  /// Opaque; a new one makes every cursor of every tenant void (restore from a backup).
  std::string epoch() const;

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hotdesk::store
