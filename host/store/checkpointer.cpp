#include "store/checkpointer.hpp"

#include <pthread.h>

#include "store/sqlite/dialect.hpp"

namespace hotdesk::store {
namespace {
constexpr int batches_between = 128;
}

Checkpointer::Checkpointer(const std::filesystem::path& file)
    : connection_(file, Connection::Mode::checkpointer), thread_([this] { work(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::notify() {
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    due = ++pending_ >= batches_between;
  }
  if (due) wake_.notify_one();
}

void Checkpointer::work() {
  ::pthread_setname_np(::pthread_self(), "store-checkpt");
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || pending_ >= batches_between; });
      if (stopping_) return;
      pending_ = 0;
    }
    try {
      sqlite::checkpoint(connection_);
    } catch (const DatabaseError&) {
      // Busy or a failing disk: the log keeps everything, the next round tries again and commits report the disk.
    }
  }
}

}  // namespace hotdesk::store
