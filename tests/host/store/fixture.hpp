#pragma once
#include <sqlite3.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>

#include "contract/world.hpp"
#include "store/store.hpp"

namespace hotdesk::store {

/// A connection past the store, as an operator with a shell has: for planting faults and for looking at what lies on disk.
class RawDatabase {
 public:
  explicit RawDatabase(const std::filesystem::path& folder) { sqlite3_open((folder / "hotdesk.db").c_str(), &db_); }
  ~RawDatabase() { sqlite3_close(db_); }
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;
  /// The error's text, or empty.
  std::string run(const std::string& sql) {
    char* error = nullptr;
    sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &error);
    std::string text = error == nullptr ? "" : error;
    sqlite3_free(error);
    return text;
  }
  std::int64_t ask(const std::string& sql) {
    std::int64_t value = -1;
    const auto take = [](void* out, int, char** row, char**) {
      *static_cast<std::int64_t*>(out) = row[0] == nullptr ? -1 : std::stoll(row[0]);
      return 0;
    };
    sqlite3_exec(db_, sql.c_str(), take, &value, nullptr);
    return value;
  }

 private:
  sqlite3* db_ = nullptr;
};

/// Holds the writer inside "before_commit" of one batch, so that a test decides what the next batch is.
class Gate {
 public:
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }
  /// Called by the writer.
  void pass() {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !closed_; });
    waiting_ = false;
  }
  void wait_for_writer() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  bool waiting_ = false;
};

inline Options options_in(const std::filesystem::path& folder) {
  Options options;
  options.data_dir = folder;
  options.master_key = std::string(32, 'm');
  options.conversation_ids = contract::conversation_id;
  return options;
}

}  // namespace hotdesk::store
