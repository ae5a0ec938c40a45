#include "store/key_allocator.hpp"

#include <algorithm>

#include "store/session.hpp"

namespace hotdesk::store {
namespace {
constexpr Statement statements[] = {
    {"counter.read", "SELECT next FROM counter WHERE name = ?", "i", Scope::system},
    {"counter.write", "UPDATE counter SET next = ? WHERE name = ?", "", Scope::system},
};
constexpr std::int64_t block = 4096;
}  // namespace

void KeyAllocator::reserve(Connection& connection, std::int64_t needed) {
  if (end_ - next_ >= needed) return;
  Transaction transaction(connection, Transaction::Kind::write);
  SystemSession session(connection);
  const Rows& rows = session.run(statements[0], "key");
  if (rows.empty()) throw DatabaseError(DatabaseError::Kind::broken, "counter: the row is missing");
  const std::int64_t first = rows.integer(0, 0);
  const std::int64_t last = first + std::max(needed, block);
  session.run(statements[1], last, "key");
  transaction.commit();
  next_ = first;
  end_ = last;
}

}  // namespace hotdesk::store
