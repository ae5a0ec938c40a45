#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "store/statement.hpp"

namespace hotdesk::store {

/// Why the database refused. Thrown inside the room only: ports turn it into Errc::storage or Errc::conflict.
class DatabaseError : public std::runtime_error {
 public:
  enum class Kind {
    constraint,  ///< these values can never be stored (a key taken, a value too big)
    busy,        ///< a lock was not given in time
    broken,      ///< disk full, I/O error, connection lost: may pass, the same statement may be tried again
    corrupt,     ///< a sealed value does not open: this row is damaged, others are not
    misuse,      ///< our own statement is wrong
  };
  DatabaseError(Kind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// One value of a result row. Reading a null gives 0 or an empty text.
struct Cell {
  bool null = true;
  std::int64_t integer = 0;
  std::string bytes;
};

/// The rows of one execution; valid until the same statement runs again on the same connection.
class Rows {
 public:
  explicit Rows(std::size_t columns = 0) : width_(columns) {}
  std::size_t size() const noexcept { return width_ == 0 ? 0 : used_ / width_; }
  bool empty() const noexcept { return used_ == 0; }
  const Cell& at(std::size_t row, std::size_t column) const noexcept { return cells_[row * width_ + column]; }
  std::int64_t integer(std::size_t row, std::size_t column) const noexcept { return at(row, column).integer; }
  const std::string& bytes(std::size_t row, std::size_t column) const noexcept { return at(row, column).bytes; }
  bool null(std::size_t row, std::size_t column) const noexcept { return at(row, column).null; }
  Uuid uuid(std::size_t row, std::size_t column) const noexcept {
    return uuid_from_binary(bytes(row, column)).value_or(Uuid{});
  }
  std::optional<Uuid> find_uuid(std::size_t row, std::size_t column) const noexcept {
    return null(row, column) ? std::nullopt : uuid_from_binary(bytes(row, column));
  }

 private:
  friend class Prepared;
  friend struct RowExtraction;
  std::vector<Cell> cells_;  // kept between executions: their strings keep their memory
  std::size_t width_ = 0;
  std::size_t used_ = 0;
};

/// Bytes as opposed to text: stored as a BLOB.
struct Bytes {
  std::string_view view;
};

/// A statement compiled on one connection, with its parameters' storage. Fill every parameter, then execute().
class Prepared {
 public:
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared();

  void add(std::int64_t value);
  void add(int value) { add(static_cast<std::int64_t>(value)); }
  void add(bool value) { add(static_cast<std::int64_t>(value ? 1 : 0)); }
  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(const char* text) { add(std::string_view(text)); }
  void add(Bytes bytes);
  void add(const Uuid& id);
  void add(std::nullopt_t);
  template <class T>
  void add(const std::optional<T>& value) {
    if (value) add(*value);
    else add(std::nullopt);
  }
  /// What `:tenant` stands for in this execution. Sessions call it; nobody else can name a tenant.
  void bind_tenant(TenantKey tenant) noexcept;
  /// Throws DatabaseError; the statement may then be prepared afresh.
  const Rows& execute();
  /// Rows changed by the last execution.
  std::size_t changed() const noexcept;

 private:
  friend class Connection;
  struct Impl;
  explicit Prepared(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// One connection to the data folder's database and its compiled statements. Thread: one at a time.
class Connection {
 public:
  enum class Mode { writer, reader, checkpointer };
  /// Throws DatabaseError when the database cannot be opened.
  Connection(const std::filesystem::path& file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The compiled form for `repeat` rows, made at the first call (which also asks the guard); parameters start empty.
  Prepared& prepare(const Statement& statement, std::size_t repeat = 1);
  /// Runs a text without parameters and results (BEGIN, COMMIT, PRAGMA, migrations).
  void run(std::string_view sql);
  /// First column of the first row of a text without parameters, e.g. a PRAGMA.
  std::int64_t ask(std::string_view sql);
  /// From now on every statement prepared must pass (guard.hpp). Migrations run before.
  void set_guard(std::shared_ptr<const class Guard> guard);

 private:
  void run_patiently(std::string_view pragma);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A transaction that is rolled back unless commit() returned.
class Transaction {
 public:
  enum class Kind { read, write };
  Transaction(Connection& connection, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace hotdesk::store
