#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "delivery/ports.hpp"
#include "store/commit_batch.hpp"
#include "store/store.hpp"

namespace hotdesk::store {

/// Thrown inside a job to give up with an answer of its own; rolls the job back.
struct Refused {
  Error error;
};

/// The one writer: a thread that owns the only connection that writes. Changes are committed in groups without a timer: the
/// next batch is what queued while the last one committed. Other writes are jobs between batches. Thread: any.
class GroupCommit final : public delivery::Commit {
 public:
  struct Settings {
    CommitSettings commit;
    std::size_t batch_limit = 256;
    std::function<void(std::string_view)> failpoint;
    std::function<void()> committed;  ///< after each batch, on the writer's thread: wakes the checkpointer
  };
  GroupCommit(std::unique_ptr<Connection> connection, const TenantDirectory& tenants, Settings settings);
  /// Answers what is queued, then ends the thread.
  ~GroupCommit() override;

  void submit(conversations::Change change, Completion done) override;
  void on_flushed(std::function<void()> flushed) override;

  /// Whether a job changes rows that the writer keeps loaded (accounts, departments, sites, visitors, tenants).
  enum class Touches { nothing, loaded };
  /// Runs `job` on the writer's thread in a transaction of its own and waits; durable when it returns. Refused and
  /// DatabaseError roll back and come out here (as values: an exception object does not cross threads). Never call it from a
  /// completion.
  void run(Touches touches, const std::function<void(Connection&, KeyAllocator&)>& job);

  Stats stats() const;

 private:
  struct Job;
  void work();
  void run_job(Job& job);
  void commit_batch(std::vector<std::unique_ptr<Item>>& items);
  /// Applies within the open transaction, halving what fails until the poison stands alone. Items of a poisoned item's
  /// conversation that come after it go to `held`.
  void apply(std::span<Item* const> items, std::vector<Item*>& held, std::size_t depth);
  void answer(std::vector<std::unique_ptr<Item>>& items, const std::vector<Item*>& held);
  static void fail_all(std::span<Item* const> items, conversations::Outcome outcome, const std::string& text);

  std::unique_ptr<Connection> connection_;
  const TenantDirectory& tenants_;
  Settings settings_;
  CommitCache cache_;
  KeyAllocator keys_;
  std::unique_ptr<CommitBatch> last_attempt_;  // the newest successful attempt of the batch, for the outcome of a COMMIT

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Item>> queue_;
  std::deque<Job*> jobs_;
  std::function<void()> flushed_;
  bool stopping_ = false;
  Stats stats_;
  std::thread thread_;
};

}  // namespace hotdesk::store
