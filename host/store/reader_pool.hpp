#pragma once
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"

namespace hotdesk::store {

/// Connections that only read. A caller waits for a free one; several reads inside one use() see one state when wrapped in a
/// read transaction. Thread: any.
class ReaderPool {
 public:
  ReaderPool(std::filesystem::path file, std::size_t size, std::shared_ptr<const class Guard> guard);

  /// Runs `work(Connection&)`, which returns a Result; what the database throws becomes Errc::storage.
  template <class Work>
  auto use(Work work) -> decltype(work(std::declval<Connection&>())) {
    const Lease lease(*this);
    try {
      return work(lease.connection());
    } catch (const DatabaseError& error) {
      return fail(Errc::storage, error.what());
    }
  }
  /// The same inside a read transaction.
  template <class Work>
  auto snapshot(Work work) -> decltype(work(std::declval<Connection&>())) {
    return use([&](Connection& connection) {
      Transaction transaction(connection, Transaction::Kind::read);
      return work(connection);
    });
  }

 private:
  class Lease {
   public:
    explicit Lease(ReaderPool& pool);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& connection() const noexcept { return *connection_; }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };
  std::mutex mutex_;
  std::condition_variable free_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace hotdesk::store
