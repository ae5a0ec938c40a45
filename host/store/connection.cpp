#include "store/connection.hpp"

#include <Poco/Data/AbstractBinding.h>
#include <Poco/Data/AbstractExtraction.h>
#include <Poco/Data/LOB.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/SQLite/SQLiteStatementImpl.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "store/guard.hpp"
#include "store/sqlite/dialect.hpp"

namespace hotdesk::store {
namespace {

namespace data = Poco::Data;

/// A parameter's storage: SQLite reads it while the statement runs, so it outlives execute().
struct Slot {
  enum class Kind { null, integer, text, bytes } kind = Kind::null;
  Poco::Int64 integer = 0;
  std::string text;
  data::BLOB blob;
};

/// All parameters of a statement as one binding: a multi-row insert has thousands, one object each would cost more than SQLite.
struct SlotBinding final : data::AbstractBinding {
  std::deque<Slot>& slots;
  std::size_t count;
  SlotBinding(std::deque<Slot>& storage, std::size_t parameters) : slots(storage), count(parameters) {}
  std::size_t numOfColumnsHandled() const override { return count; }
  std::size_t numOfRowsHandled() const override { return 1; }
  bool canBind() const override { return true; }  // the statement comes back to the first binding each time
  void reset() override {}
  void bind(std::size_t pos) override {
    data::AbstractBinder& binder = *getBinder();
    for (std::size_t i = 0; i < count; ++i) {
      const Slot& slot = slots[i];
      switch (slot.kind) {
        case Slot::Kind::null: binder.bind(pos + i, Poco::NULL_GENERIC); break;
        case Slot::Kind::integer: binder.bind(pos + i, slot.integer); break;
        case Slot::Kind::text: binder.bind(pos + i, slot.text); break;
        case Slot::Kind::bytes: binder.bind(pos + i, slot.blob); break;
      }
    }
  }
};

/// Poco compiles a finished statement's text again whenever it is executed again (measured: half of all time). Compiled once,
/// bound as often as executed, here.
class KeptStatement final : public data::SQLite::SQLiteStatementImpl {
 public:
  explicit KeptStatement(data::Session& session)
      : data::SQLite::SQLiteStatementImpl(*session.impl(), data::SQLite::Utility::dbHandle(session)) {}

 protected:
  void compileImpl() override {
    if (compiled_) return;
    data::SQLite::SQLiteStatementImpl::compileImpl();
    compiled_ = true;
  }
  bool canBind() const override { return false; }  // one set of values an execution

 private:
  bool compiled_ = false;
};

}  // namespace

/// All result columns of a statement as one extraction, appended to Rows.
struct RowExtraction final : data::AbstractExtraction {
  Rows& rows;
  std::string_view columns;
  RowExtraction(Rows& target, std::string_view shape) : rows(target), columns(shape) {}
  std::size_t numOfColumnsHandled() const override { return columns.size(); }
  std::size_t numOfRowsHandled() const override { return rows.size(); }
  std::size_t numOfRowsAllowed() const override { return getLimit(); }
  data::AbstractPreparation::Ptr createPreparation(PreparatorPtr&, std::size_t) override { return nullptr; }
  std::size_t extract(std::size_t pos) override {
    data::AbstractExtractor& from = *getExtractor();
    if (rows.used_ + columns.size() > rows.cells_.size()) rows.cells_.resize(rows.cells_.size() * 2 + columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      Cell& cell = rows.cells_[rows.used_++];
      cell.integer = 0;
      cell.bytes.clear();
      cell.null = from.isNull(pos + i);
      if (cell.null) continue;
      switch (columns[i]) {
        case 'i': {
          Poco::Int64 value = 0;
          from.extract(pos + i, value);
          cell.integer = value;
          break;
        }
        case 't': from.extract(pos + i, cell.bytes); break;
        default: {
          data::BLOB blob;
          from.extract(pos + i, blob);
          if (blob.size() != 0) cell.bytes.assign(reinterpret_cast<const char*>(blob.rawContent()), blob.size());
        }
      }
    }
    return 1;
  }
};

struct Prepared::Impl {
  Impl(data::Session& session, std::string sql, std::size_t parameters, std::string_view columns)
      : statement(data::StatementImpl::Ptr(new KeptStatement(session))), parameter_count(parameters) {
    rows = Rows{columns.size()};
    statement << sql;
    if (parameters != 0) {
      statement.addBind(new SlotBinding(slots, parameters));
    }
    if (!columns.empty()) statement.addExtract(new RowExtraction(rows, columns));
    slots.resize(parameters);
  }
  Slot& next() {
    fill_tenant();
    if (filled == parameter_count) throw DatabaseError(DatabaseError::Kind::misuse, name + ": more values than placeholders");
    return slots[filled++];
  }
  void fill_tenant() {
    while (filled < parameter_count && tenant_slots[filled]) {
      if (!tenant) throw DatabaseError(DatabaseError::Kind::misuse, name + ": no session bound a tenant");
      slots[filled].kind = Slot::Kind::integer;
      slots[filled++].integer = *tenant;
    }
  }
  std::string name;
  std::deque<Slot> slots;
  Rows rows;
  data::Statement statement;
  std::size_t parameter_count;
  std::vector<bool> tenant_slots;
  std::optional<std::int64_t> tenant;
  std::size_t filled = 0;
  std::size_t changed = 0;
  std::function<void()> forget;  // drops this statement from the connection after an error
};

namespace {

[[noreturn]] void rethrow(const std::string& name) {
  using Kind = DatabaseError::Kind;
  const auto text = [&](const Poco::Exception& e) { return name + ": " + e.displayText(); };
  try {
    throw;
  } catch (const DatabaseError&) {
    throw;
  } catch (const data::SQLite::ConstraintViolationException& e) {
    throw DatabaseError(Kind::constraint, text(e));
  } catch (const data::SQLite::RowTooBigException& e) {
    throw DatabaseError(Kind::constraint, text(e));
  } catch (const data::SQLite::DataTypeMismatchException& e) {
    throw DatabaseError(Kind::constraint, text(e));
  } catch (const data::SQLite::DBLockedException& e) {
    throw DatabaseError(Kind::busy, text(e));
  } catch (const data::SQLite::TableLockedException& e) {
    throw DatabaseError(Kind::busy, text(e));
  } catch (const data::SQLite::InvalidSQLStatementException& e) {
    throw DatabaseError(Kind::misuse, text(e));
  } catch (const data::SQLite::ParameterCountMismatchException& e) {
    throw DatabaseError(Kind::misuse, text(e));
  } catch (const Poco::Exception& e) {
    throw DatabaseError(Kind::broken, text(e));
  }
}

}  // namespace

Prepared::Prepared(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Prepared::~Prepared() = default;

void Prepared::add(std::int64_t value) {
  Slot& slot = impl_->next();
  slot.kind = Slot::Kind::integer;
  slot.integer = value;
}
void Prepared::add(std::string_view text) {
  Slot& slot = impl_->next();
  slot.kind = Slot::Kind::text;
  slot.text.assign(text);
}
void Prepared::add(Bytes bytes) {
  if (bytes.view.empty()) return add(std::nullopt);  // an empty BLOB and none are the same everywhere in the schema
  Slot& slot = impl_->next();
  slot.kind = Slot::Kind::bytes;
  slot.blob.assignRaw(reinterpret_cast<const unsigned char*>(bytes.view.data()), bytes.view.size());
}
void Prepared::add(const Uuid& id) {
  Slot& slot = impl_->next();
  slot.kind = Slot::Kind::bytes;
  slot.blob.assignRaw(id.bytes().data(), id.bytes().size());
}
void Prepared::bind_tenant(TenantKey tenant) noexcept { impl_->tenant = tenant.value(); }
void Prepared::add(std::nullopt_t) { impl_->next().kind = Slot::Kind::null; }

const Rows& Prepared::execute() {
  Impl& impl = *impl_;
  impl.fill_tenant();
  if (impl.filled != impl.parameter_count)
    throw DatabaseError(DatabaseError::Kind::misuse, impl.name + ": fewer values than placeholders");
  impl.rows.used_ = 0;
  impl.filled = 0;
  try {
    impl.changed = impl.statement.execute();
  } catch (const Poco::Exception&) {
    const std::string name = impl.name;
    auto forget = std::move(impl.forget);
    try {
      rethrow(name);
    } catch (...) {
      forget();  // destroys *this
      throw;
    }
  }
  return impl.rows;
}

std::size_t Prepared::changed() const noexcept { return impl_->changed; }

struct Connection::Impl {
  explicit Impl(data::Session opened) : session(std::move(opened)) {}
  data::Session session;
  std::shared_ptr<const Guard> guard;
  std::map<std::pair<const Statement*, std::size_t>, std::unique_ptr<Prepared>> prepared;
};

/// The change of a new file to WAL asks for the whole file and does not wait by SQLite's own patience: two that open it at once
/// would refuse each other.
void Connection::run_patiently(std::string_view pragma) {
  for (int left = 500;; --left) {
    try {
      return run(pragma);
    } catch (const DatabaseError& error) {
      if (error.kind() != DatabaseError::Kind::busy || left == 0) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

Connection::Connection(const std::filesystem::path& file, Mode mode) {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite::configure();
    data::SQLite::Connector::registerConnector();
  });
  try {
    impl_ = std::make_unique<Impl>(data::Session("SQLite", file.string()));
    for (const std::string_view pragma : sqlite::pragmas(mode == Mode::reader)) run_patiently(pragma);
  } catch (const Poco::Exception&) {
    rethrow("open " + file.filename().string());
  }
}
Connection::~Connection() {
  if (impl_ == nullptr) return;
  impl_->prepared.clear();  // statements end before their session
}

Prepared& Connection::prepare(const Statement& statement, std::size_t repeat) {
  auto& entry = impl_->prepared[{&statement, repeat}];
  if (entry == nullptr) {
    if (impl_->guard != nullptr) {
      if (const auto why = impl_->guard->refusal(statement)) {
        impl_->prepared.erase({&statement, repeat});
        throw DatabaseError(DatabaseError::Kind::misuse, *why);
      }
    }
    const sqlite::Expanded text = sqlite::expand(statement.sql, repeat);
    try {
      auto made = std::make_unique<Prepared::Impl>(impl_->session, text.sql, text.parameters, statement.columns);
      made->name = std::string(statement.name);
      made->tenant_slots = text.tenant_slots;
      made->forget = [prepared = &impl_->prepared, key = std::pair{&statement, repeat}] { prepared->erase(key); };
      entry.reset(new Prepared(std::move(made)));
    } catch (const Poco::Exception&) {
      impl_->prepared.erase({&statement, repeat});
      rethrow(std::string(statement.name));
    }
  }
  entry->impl_->filled = 0;
  entry->impl_->tenant.reset();
  return *entry;
}

void Connection::run(std::string_view sql) {
  try {
    data::Statement statement(impl_->session);
    statement << std::string(sql);
    statement.execute();
  } catch (const Poco::Exception&) {
    rethrow(std::string(sql.substr(0, 60)));
  }
}

std::int64_t Connection::ask(std::string_view sql) {
  try {
    Rows rows{1};
    data::Statement statement(impl_->session);
    statement << std::string(sql);
    statement.addExtract(new RowExtraction(rows, "i"));
    statement.execute();
    return rows.empty() ? 0 : rows.integer(0, 0);
  } catch (const Poco::Exception&) {
    rethrow(std::string(sql.substr(0, 40)));
  }
}

void Connection::set_guard(std::shared_ptr<const Guard> guard) { impl_->guard = std::move(guard); }

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  connection_.run(kind == Kind::write ? sqlite::begin_write : sqlite::begin_read);
}
Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.run("ROLLBACK");
  } catch (const DatabaseError&) {
    // the database rolled back by itself (disk full, I/O error): nothing is open any more
  }
}
void Transaction::commit() {
  connection_.run("COMMIT");
  open_ = false;
}

}  // namespace hotdesk::store
