#include "store/reader_pool.hpp"

#include "store/guard.hpp"

namespace hotdesk::store {

ReaderPool::ReaderPool(std::filesystem::path file, std::size_t size, std::shared_ptr<const Guard> guard) {
  for (std::size_t i = 0; i < size; ++i) {
    auto connection = std::make_unique<Connection>(file, Connection::Mode::reader);
    connection->set_guard(guard);
    idle_.push_back(std::move(connection));
  }
}

ReaderPool::Lease::Lease(ReaderPool& pool) : pool_(pool) {
  std::unique_lock lock(pool_.mutex_);
  pool_.free_.wait(lock, [this] { return !pool_.idle_.empty(); });
  connection_ = std::move(pool_.idle_.back());
  pool_.idle_.pop_back();
}

ReaderPool::Lease::~Lease() {
  {
    const std::lock_guard lock(pool_.mutex_);
    pool_.idle_.push_back(std::move(connection_));
  }
  pool_.free_.notify_one();
}

}  // namespace hotdesk::store
