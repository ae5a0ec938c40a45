#include "store/group_commit.hpp"

#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <future>
#include <unordered_set>

#include "store/ack_order.hpp"
#include "store/sealed.hpp"
#include "store/sqlite/dialect.hpp"

namespace hotdesk::store {
namespace {

using conversations::Outcome;
using Clock = std::chrono::steady_clock;

/// One item's fault, not the database's: worth finding out whose.
bool is_poison(const DatabaseError& error) noexcept {
  return error.kind() == DatabaseError::Kind::constraint || error.kind() == DatabaseError::Kind::corrupt;
}

std::uint64_t us_since(Clock::time_point start) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
}

std::uint64_t thread_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

/// Seals what the change brings, on the submitting thread.
void seal(Item& item) {
  const auto* message = std::get_if<conversations::Message>(&item.change.what);
  if (message == nullptr || item.tenant == nullptr) return;
  const TenantSecrets& tenant = *item.tenant;
  item.sealed_body = seal_message(tenant, item.change.conversation, message->mid, 0, MessageText{item.change.actor.name, message->body});
  if (!message->opening) return;
  item.sealed_visitor = seal_visitor(tenant, item.change.actor.id, *message->opening);
}

}  // namespace

struct GroupCommit::Job {
  Touches touches;
  const std::function<void(Connection&, KeyAllocator&)>& work;
  std::promise<void> done;
  std::optional<Error> refused;
  std::optional<std::pair<DatabaseError::Kind, std::string>> failed;
};

GroupCommit::GroupCommit(std::unique_ptr<Connection> connection, const TenantDirectory& tenants, Settings settings)
    : connection_(std::move(connection)), tenants_(tenants), settings_(std::move(settings)), thread_([this] { work(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void GroupCommit::submit(conversations::Change change, Completion done) {
  auto item = std::make_unique<Item>();
  item->change = std::move(change);
  item->done = std::move(done);
  item->tenant = tenants_.find(item->change.tenant);
  seal(*item);
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(item));
  }
  wake_.notify_one();
}

void GroupCommit::on_flushed(std::function<void()> flushed) {
  const std::lock_guard lock(mutex_);
  flushed_ = std::move(flushed);
}

void GroupCommit::run(Touches touches, const std::function<void(Connection&, KeyAllocator&)>& work) {
  Job job{touches, work, {}, {}, {}};
  std::future<void> done = job.done.get_future();
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(&job);
  }
  wake_.notify_one();
  done.get();
  if (job.refused) throw Refused{std::move(*job.refused)};
  if (job.failed) throw DatabaseError(job.failed->first, job.failed->second);
}

Stats GroupCommit::stats() const {
  const std::lock_guard lock(mutex_);
  Stats stats = stats_;
  stats.queued = queue_.size();
  return stats;
}

void GroupCommit::work() {
  ::pthread_setname_np(::pthread_self(), "store-writer");
  for (;;) {
    Job* job = nullptr;
    std::vector<std::unique_ptr<Item>> items;
    {
      std::unique_lock lock(mutex_);
      stats_.writer_cpu_us = thread_cpu_us();
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty() || !jobs_.empty(); });
      if (!jobs_.empty()) {
        job = jobs_.front();
        jobs_.pop_front();
      }
      // A job never keeps messages waiting for another job: one job, then one batch.
      while (!queue_.empty() && items.size() < settings_.batch_limit) {
        items.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      if (job == nullptr && items.empty()) return;
    }
    if (job != nullptr) run_job(*job);
    if (!items.empty()) commit_batch(items);
  }
}

void GroupCommit::run_job(Job& job) {
  try {
    keys_.reserve(*connection_, 1024);
    Transaction transaction(*connection_, Transaction::Kind::write);
    job.work(*connection_, keys_);
    transaction.commit();
  } catch (const Refused& refused) {
    job.refused = refused.error;
  } catch (const DatabaseError& error) {
    job.failed.emplace(error.kind(), error.what());
  } catch (const std::exception& error) {
    job.failed.emplace(DatabaseError::Kind::broken, error.what());
  }
  if (job.touches == Touches::loaded) cache_.clear();
  {
    const std::lock_guard lock(mutex_);
    ++stats_.jobs;
  }
  std::promise<void> done = std::move(job.done);  // the caller, and the job with it, may be gone before set_value returns
  done.set_value();
}

void GroupCommit::fail_all(std::span<Item* const> items, Outcome outcome, const std::string& text) {
  for (Item* item : items) {
    item->result = conversations::Committed{};
    item->result.outcome = outcome;
    item->result.text = text;
  }
}

void GroupCommit::apply(std::span<Item* const> items, std::vector<Item*>& held, std::size_t depth) {
  const std::string savepoint = "part" + std::to_string(depth);
  if (depth != 0) connection_->run("SAVEPOINT " + savepoint);
  try {
    auto attempt = std::make_unique<CommitBatch>(*connection_, cache_, keys_, settings_.commit, items);
    attempt->run();
    if (depth != 0) connection_->run("RELEASE " + savepoint);
    last_attempt_ = std::move(attempt);
    return;
  } catch (const DatabaseError& error) {
    cache_.clear();
    last_attempt_.reset();  // it points into the cache
    if (depth == 0 || !is_poison(error)) throw;
    connection_->run("ROLLBACK TO " + savepoint);
    connection_->run("RELEASE " + savepoint);
    if (items.size() == 1) {
      fail_all(items, Outcome::rejected, "The store cannot hold this.");
      return;
    }
  }
  const std::size_t half = items.size() / 2;
  apply(items.first(half), held, depth + 1);
  // Whatever follows a refused item in its conversation waits for the next batch: its sender may want to order it anew.
  std::unordered_set<Uuid> poisoned;
  for (const Item* item : items.first(half))
    if (item->result.outcome == Outcome::rejected) poisoned.insert(item->change.conversation);
  for (const Item* item : held) poisoned.insert(item->change.conversation);
  std::vector<Item*> rest;
  for (Item* item : items.subspan(half)) {
    if (poisoned.count(item->change.conversation) != 0) held.push_back(item);
    else rest.push_back(item);
  }
  if (!rest.empty()) apply(rest, held, depth + 1);
}

void GroupCommit::commit_batch(std::vector<std::unique_ptr<Item>>& items) {
  const auto start = Clock::now();
  std::vector<Item*> all;
  all.reserve(items.size());
  for (const auto& item : items) all.push_back(item.get());
  std::vector<Item*> held;
  std::uint64_t commit_us = 0;
  std::uint64_t messages = 0;
  bool failed = false;
  const auto storage = [&](const std::string& text) {
    failed = true;
    messages = 0;
    cache_.clear();
    held.clear();
    fail_all(all, Outcome::storage, text);
  };
  if (cache_.full()) cache_.clear();
  last_attempt_.reset();
  bool halves = false;
  try {
    keys_.reserve(*connection_, static_cast<std::int64_t>(4 * items.size() + 16));
    connection_->run(sqlite::begin_write);
    try {
      try {
        apply(all, held, 0);
      } catch (const DatabaseError& error) {
        if (!is_poison(error)) throw;
        connection_->run("ROLLBACK");
        connection_->run(sqlite::begin_write);
        halves = true;
        apply(all, held, 1);
      }
    } catch (...) {
      cache_.clear();
      try {
        connection_->run("ROLLBACK");
      } catch (const DatabaseError&) {
        // the database has rolled back by itself
      }
      throw;
    }
    for (const Item* item : all)
      if (item->result.outcome == Outcome::ok && std::holds_alternative<conversations::Message>(item->change.what)) ++messages;
    if (const auto wait = acks_before_commit()) {
      answer(items, held);
      all.clear();
      std::this_thread::sleep_for(*wait);
    }
    const auto commit_start = Clock::now();
    try {
      if (settings_.failpoint) settings_.failpoint("before_commit");
      connection_->run("COMMIT");
      if (settings_.failpoint) settings_.failpoint("after_commit");
    } catch (const DatabaseError&) {
      // Whether it happened is not known: ask before saying anything.
      try {
        connection_->run("ROLLBACK");
      } catch (const DatabaseError&) {
        // committed, or rolled back by itself
      }
      const bool wrote = std::any_of(all.begin(), all.end(), [](const Item* item) { return item->result.outcome == Outcome::ok; });
      if (wrote && (last_attempt_ == nullptr || last_attempt_->is_committed(*connection_) != std::optional(true))) throw;
    }
    commit_us = us_since(commit_start);
  } catch (const std::exception& error) {
    storage(error.what());
  }
  last_attempt_.reset();
  {
    const std::lock_guard lock(mutex_);
    ++stats_.batches;
    stats_.items += items.size();
    stats_.messages += messages;
    stats_.failed_batches += failed || halves ? 1 : 0;
    stats_.commit_us += commit_us;
    stats_.batch_us += us_since(start);
    ++stats_.batch_sizes[std::min<std::size_t>(stats_.batch_sizes.size() - 1, static_cast<std::size_t>(std::bit_width(items.size() - 1)))];
  }
  answer(items, held);
  if (settings_.failpoint) settings_.failpoint("after_completions");
  if (settings_.committed) settings_.committed();
}

void GroupCommit::answer(std::vector<std::unique_ptr<Item>>& items, const std::vector<Item*>& held) {
  const std::unordered_set<const Item*> later(held.begin(), held.end());
  std::vector<std::unique_ptr<Item>> again;
  for (auto& item : items) {
    if (item == nullptr) continue;
    if (later.count(item.get()) != 0) {
      again.push_back(std::move(item));
      continue;
    }
    if (item->done) item->done(item->change, std::move(item->result));
    item.reset();
  }
  std::function<void()> flushed;
  {
    const std::lock_guard lock(mutex_);
    flushed = flushed_;
    for (auto item = again.rbegin(); item != again.rend(); ++item) queue_.push_front(std::move(*item));
  }
  if (flushed) flushed();
}

}  // namespace hotdesk::store
