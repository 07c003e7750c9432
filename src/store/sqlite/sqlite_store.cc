#include "store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace mitome::store {
namespace {

constexpr size_t kMaxRows = 100'000;
constexpr size_t kMaxCachedStatements = 256;

/// A connection with its prepared statements.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(); }

  Result<void> open(const std::string& path, int flags) {
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) return failure(code, "open");
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, 5000);
    return {};
  }

  /// The reader goes first, the writer last: who closes last checkpoints.
  void close() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    statements_.clear();
    sqlite3_close(handle_);
    handle_ = nullptr;
  }

  bool is_open() const { return handle_ != nullptr; }
  int64_t changes() const { return sqlite3_changes64(handle_); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

  /// Statements of our own without parameters, several at once.
  Result<void> execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failure(code, "execute");
    return {};
  }

  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Cell>& parameters) {
    TRY_ASSIGN(sqlite3_stmt* const statement, prepare(sql));
    TRY(bind(statement, parameters));
    std::vector<Row> rows;
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW && rows.size() < kMaxRows; code = sqlite3_step(statement)) rows.push_back(row(statement));
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (code == SQLITE_ROW) return Error{Reason::LIMIT_EXCEEDED, "a query gave more than 100,000 rows"};
    if (code != SQLITE_DONE) return failure(code, "statement");
    return rows;
  }

 private:
  /// SQLite's own text may quote values, so only its code is passed on.
  static Error failure(int code, std::string_view what) {
    const std::string detail = std::string{what} + ": SQLite " + std::to_string(code) + " " + sqlite3_errstr(code);
    if ((code & 0xFF) == SQLITE_CONSTRAINT) return Error{Reason::CONFLICT, detail};
    return Error{Reason::STORAGE_FAILED, detail};
  }

  Result<sqlite3_stmt*> prepare(std::string_view sql) {
    const std::string key{sql};
    if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
    if (statements_.size() >= kMaxCachedStatements) {
      for (auto& [text, statement] : statements_) sqlite3_finalize(statement);
      statements_.clear();
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, key.data(), static_cast<int>(key.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) return failure(code, "prepare");
    CHECK(statement != nullptr);
    statements_.emplace(key, statement);
    return statement;
  }

  static Result<void> bind(sqlite3_stmt* statement, const std::vector<Cell>& parameters) {
    CHECK(static_cast<size_t>(sqlite3_bind_parameter_count(statement)) == parameters.size());
    for (size_t i = 0; i < parameters.size(); ++i) {
      const int at = static_cast<int>(i + 1);
      int code = SQLITE_OK;
      if (const auto* number = std::get_if<int64_t>(&parameters[i])) {
        code = sqlite3_bind_int64(statement, at, *number);
      } else if (const auto* text = std::get_if<std::string>(&parameters[i])) {
        code = sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
      } else if (const auto* blob = std::get_if<Bytes>(&parameters[i])) {
        // A null pointer would bind NULL: an empty blob stays a blob.
        code = blob->empty() ? sqlite3_bind_zeroblob(statement, at, 0)
                             : sqlite3_bind_blob64(statement, at, blob->data(), blob->size(), SQLITE_STATIC);
      } else {
        code = sqlite3_bind_null(statement, at);
      }
      if (code != SQLITE_OK) return failure(code, "bind");
    }
    return {};
  }

  static Row row(sqlite3_stmt* statement) {
    Row out;
    const int columns = sqlite3_column_count(statement);
    out.cells.reserve(static_cast<size_t>(columns));
    for (int i = 0; i < columns; ++i) {
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_INTEGER:
          out.cells.emplace_back(int64_t{sqlite3_column_int64(statement, i)});
          break;
        case SQLITE_TEXT: {
          const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
          out.cells.emplace_back(std::string{text, static_cast<size_t>(sqlite3_column_bytes(statement, i))});
          break;
        }
        case SQLITE_BLOB: {
          const auto* blob = static_cast<const uint8_t*>(sqlite3_column_blob(statement, i));
          const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, i));
          out.cells.emplace_back(size == 0 ? Bytes{} : Bytes{blob, blob + size});
          break;
        }
        default:
          CHECK(sqlite3_column_type(statement, i) == SQLITE_NULL);  // STRICT tables of ours hold no REAL
          out.cells.emplace_back(nullptr);
      }
    }
    return out;
  }

  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(Connection& connection, bool writing) : connection_(connection), writing_(writing) {}

  Result<void> run(std::string_view sql, const std::vector<Cell>& parameters) override {
    CHECK(writing_);
    TRY(connection_.query(sql, parameters));
    return {};
  }
  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Cell>& parameters) override {
    return connection_.query(sql, parameters);
  }
  int64_t changes() const override { return connection_.changes(); }

 private:
  Connection& connection_;
  bool writing_;
};

/// A mutex that knows its owner: a transaction inside a transaction is our own bug, not a deadlock.
class OwnedMutex {
 public:
  void lock() {
    CHECK(owner_.load() != std::this_thread::get_id());
    mutex_.lock();
    owner_.store(std::this_thread::get_id());
  }
  void unlock() {
    owner_.store(std::thread::id{});
    mutex_.unlock();
  }

 private:
  std::mutex mutex_;
  std::atomic<std::thread::id> owner_{};
};

class SqliteStore final : public Store {
 public:
  ~SqliteStore() override {
    reader_.close();
    writer_.close();
    if (lock_file_ >= 0) ::close(lock_file_);
  }

  Result<void> open(const std::string& path, const Migrations& migrations) {
    const bool in_memory = path == ":memory:";
    if (!in_memory) TRY(take_file(path));
    TRY(writer_.open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    TRY(
        writer_.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                        "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON"));
    TRY(migrate(migrations));
    if (in_memory) return {};
    TRY(reader_.open(path, SQLITE_OPEN_READONLY));
    return reader_.execute("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA query_only=ON");
  }

  Result<void> write(const std::function<Result<void>(Transaction&)>& body) override {
    const std::lock_guard guard{writer_mutex_};
    if (broken_) return Error{Reason::STORAGE_FAILED, "an earlier commit failed; the store takes no more writes"};
    TRY(writer_.execute("BEGIN IMMEDIATE"));
    SqliteTransaction transaction{writer_, true};
    if (Result<void> done = body(transaction); !done) {
      roll_back();
      return done;
    }
    if (Result<void> committed = writer_.execute("COMMIT"); !committed) {
      // After a failed fsync nobody knows what reached the disk, and a second fsync may report success for lost
      // pages. So nothing more is written until someone opens the file again.
      broken_ = true;
      roll_back();
      return Error{Reason::STORAGE_FAILED, committed.error().detail};
    }
    return {};
  }

  Result<void> read(const std::function<Result<void>(Transaction&)>& body) override {
    if (!reader_.is_open()) {
      const std::lock_guard guard{writer_mutex_};
      return read_with(writer_, body);
    }
    const std::lock_guard guard{reader_mutex_};
    return read_with(reader_, body);
  }

 private:
  static Result<void> read_with(Connection& connection, const std::function<Result<void>(Transaction&)>& body) {
    TRY(connection.execute("BEGIN"));
    SqliteTransaction transaction{connection, false};
    Result<void> done = body(transaction);
    TRY(connection.execute("ROLLBACK"));
    return done;
  }

  void roll_back() {
    // SQLite may have rolled back by itself (disk full); a rollback that fails leaves nothing to rely on.
    if (writer_.in_transaction() && !writer_.execute("ROLLBACK")) broken_ = true;
  }

  /// Readable by nobody else, and open in one process only: two that write and checkpoint at once can corrupt the
  /// WAL of SQLite 3.40.
  Result<void> take_file(const std::string& path) {
    lock_file_ = ::open((path + ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (lock_file_ < 0 || ::flock(lock_file_, LOCK_EX | LOCK_NB) != 0)
      return Error{Reason::STORAGE_FAILED, "the database is open in another process or its folder cannot be written"};
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) return Error{Reason::STORAGE_FAILED, "the database file cannot be opened"};
    ::close(file);
    return {};
  }

  Result<void> migrate(const Migrations& migrations) {
    TRY(writer_.execute("CREATE TABLE IF NOT EXISTS schema_version(version INTEGER PRIMARY KEY) STRICT"));
    TRY(writer_.execute(std::string{kSingleUseSchema}));
    TRY(writer_.execute(std::string{kSingleUseIndex}));
    TRY_ASSIGN(const auto rows, writer_.query("SELECT coalesce(max(version), 0) FROM schema_version", {}));
    const auto applied = static_cast<size_t>(rows.at(0).integer(0));
    if (applied > migrations.steps.size())
      return Error{Reason::STORAGE_FAILED, "the database was written by a newer version"};
    for (size_t i = applied; i < migrations.steps.size(); ++i) {
      TRY(writer_.execute("BEGIN IMMEDIATE"));
      Result<void> done = writer_.execute(migrations.steps[i]);
      if (done) done = writer_.execute("INSERT INTO schema_version VALUES(" + std::to_string(i + 1) + "); COMMIT");
      if (!done) {
        roll_back();
        return Error{Reason::STORAGE_FAILED, "schema step " + std::to_string(i + 1) + ", " + done.error().detail};
      }
    }
    return {};
  }

  OwnedMutex writer_mutex_, reader_mutex_;
  Connection writer_, reader_;
  bool broken_ = false;
  int lock_file_ = -1;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const Migrations& migrations) {
  auto opened = std::make_unique<SqliteStore>();
  TRY(opened->open(path, migrations));
  return std::unique_ptr<Store>{std::move(opened)};
}

}  // namespace mitome::store
