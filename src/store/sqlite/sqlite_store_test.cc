#include "store/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <thread>

namespace mitome::store {
namespace {

namespace fs = std::filesystem;

const Migrations kNames{{"CREATE TABLE names(name TEXT PRIMARY KEY, age INTEGER CHECK(age >= 0), photo BLOB) STRICT"}};

/// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "mitome-store-XXXXXX").string();
    CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

Result<void> insert(Store& store, const std::string& name) {
  return store.write([&](Transaction& tx) { return tx.run("INSERT INTO names VALUES(?1, 1, NULL)", {name}); });
}

int64_t count(Store& store) {
  int64_t found = -1;
  const auto done = store.read([&](Transaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto row, tx.query_one("SELECT count(*) FROM names"));
    found = row->integer(0);
    return {};
  });
  CHECK(done.has_value());
  return found;
}

int64_t pragma(Store& store, const std::string& name, bool writing) {
  int64_t value = -1;
  const auto body = [&](Transaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto row, tx.query_one("PRAGMA " + name));
    value = row->integer(0);
    return {};
  };
  CHECK((writing ? store.write(body) : store.read(body)).has_value());
  return value;
}

TEST(SqliteStore, EveryKindOfCellComesBackAsItWasWritten) {
  const auto store = open_sqlite(":memory:", kNames).value();
  ASSERT_TRUE(store->write([](Transaction& tx) -> Result<void> {
    TRY(tx.run("INSERT INTO names VALUES(?1, ?2, ?3)", {std::string{"黒桐"}, int64_t{44}, Bytes{0, 1, 2}}));
    TRY(tx.run("INSERT INTO names VALUES(?1, ?2, ?3)", {std::string{""}, nullptr, Bytes{}}));
    return {};
  }));
  ASSERT_TRUE(store->read([](Transaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto rows, tx.query("SELECT name, age, photo FROM names ORDER BY name"));
    EXPECT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].text(0), "");
    EXPECT_TRUE(rows[0].is_null(1));
    EXPECT_EQ(rows[0].blob(2), Bytes{});
    EXPECT_EQ(rows[1].text(0), "黒桐");
    EXPECT_EQ(rows[1].integer(1), 44);
    EXPECT_EQ(rows[1].blob(2), (Bytes{0, 1, 2}));
    return {};
  }));
}

TEST(SqliteStore, AnErrorInTheBodyTakesEverythingBack) {
  const auto store = open_sqlite(":memory:", kNames).value();
  const auto done = store->write([](Transaction& tx) -> Result<void> {
    TRY(tx.run("INSERT INTO names VALUES('a', 1, NULL)"));
    return Error{Reason::REPLAY, "of the body"};
  });
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().reason, Reason::REPLAY);
  EXPECT_EQ(count(*store), 0);
}

TEST(SqliteStore, BrokenConstraintsAreConflicts) {
  const auto store = open_sqlite(":memory:", kNames).value();
  ASSERT_TRUE(insert(*store, "a"));
  EXPECT_EQ(insert(*store, "a").error().reason, Reason::CONFLICT);
  const auto negative = store->write([](Transaction& tx) { return tx.run("INSERT INTO names VALUES('b', -1, NULL)"); });
  EXPECT_EQ(negative.error().reason, Reason::CONFLICT);
  EXPECT_EQ(count(*store), 1);
}

TEST(SqliteStore, BadSqlIsAStorageFailureThatQuotesNoValue) {
  const auto store = open_sqlite(":memory:", kNames).value();
  const auto done = store->write([](Transaction& tx) { return tx.run("INSERT INTO nowhere VALUES('secret')"); });
  EXPECT_EQ(done.error().reason, Reason::STORAGE_FAILED);
  EXPECT_EQ(done.error().detail.find("secret"), std::string::npos);
}

TEST(SqliteStore, SingleUseIsTrueOnce) {
  const auto store = open_sqlite(":memory:", kNames).value();
  std::vector<bool> answers;
  for (const char* kind : {"nonce", "nonce", "code"}) {
    ASSERT_TRUE(store->write([&](Transaction& tx) -> Result<void> {
      TRY_ASSIGN(const bool fresh, tx.insert_if_absent(kind, as_bytes("x"), 100));
      answers.push_back(fresh);
      return {};
    }));
  }
  EXPECT_EQ(answers, (std::vector<bool>{true, false, true}));
}

TEST(SqliteStore, MoreThanTheLimitOfRowsIsRefused) {
  const auto store = open_sqlite(":memory:", kNames).value();
  const auto rows = [&](int64_t limit) {
    return store->read([&](Transaction& tx) -> Result<void> {
      TRY(tx.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i FROM n",
                   {limit}));
      return {};
    });
  };
  EXPECT_TRUE(rows(100'000));
  EXPECT_EQ(rows(100'001).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(SqliteStore, TheFileIsOpenedAsPromised) {
  const Folder folder;
  const std::string path = folder.file("r.db");
  const auto store = open_sqlite(path, kNames).value();
  EXPECT_EQ(pragma(*store, "synchronous", true), 2);  // FULL
  EXPECT_EQ(pragma(*store, "foreign_keys", true), 1);
  EXPECT_EQ(pragma(*store, "trusted_schema", true), 0);
  EXPECT_EQ(pragma(*store, "cell_size_check", true), 1);
  EXPECT_EQ(pragma(*store, "query_only", false), 1);
  ASSERT_TRUE(insert(*store, "a"));
  EXPECT_TRUE(fs::exists(path + "-wal"));
  struct stat info = {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  EXPECT_EQ(open_sqlite(path, kNames).error().reason, Reason::STORAGE_FAILED) << "a second opening";
}

TEST(SqliteStore, DataAndSchemaSurviveReopening) {
  const Folder folder;
  Migrations migrations = kNames;
  ASSERT_TRUE(insert(*open_sqlite(folder.file("r.db"), migrations).value(), "a"));
  migrations.steps.push_back("ALTER TABLE names ADD COLUMN kana TEXT; UPDATE names SET kana = 'ア'");
  {
    const auto store = open_sqlite(folder.file("r.db"), migrations).value();
    EXPECT_EQ(count(*store), 1);
    ASSERT_TRUE(store->read([](Transaction& tx) -> Result<void> {
      TRY_ASSIGN(const auto row, tx.query_one("SELECT kana FROM names"));
      EXPECT_EQ(row->text(0), "ア");
      return {};
    }));
  }
  EXPECT_EQ(open_sqlite(folder.file("r.db"), kNames).error().reason, Reason::STORAGE_FAILED) << "older program";
  migrations.steps.push_back("CREATE TABLE half(x INTEGER) STRICT; NOT SQL");
  EXPECT_EQ(open_sqlite(folder.file("r.db"), migrations).error().reason, Reason::STORAGE_FAILED);
  migrations.steps.back() = "CREATE TABLE half(x INTEGER) STRICT";  // nothing of the broken step remained
  EXPECT_TRUE(open_sqlite(folder.file("r.db"), migrations));
}

TEST(SqliteStore, AReaderSeesOnlyWhatIsCommitted) {
  const Folder folder;
  const auto store = open_sqlite(folder.file("r.db"), kNames).value();
  int64_t during = -1;
  ASSERT_TRUE(store->write([&](Transaction& tx) -> Result<void> {
    TRY(tx.run("INSERT INTO names VALUES('a', 1, NULL)"));
    during = count(*store);
    return {};
  }));
  EXPECT_EQ(during, 0);
  EXPECT_EQ(count(*store), 1);
}

TEST(SqliteStore, WritersQueue) {
  const Folder folder;
  const auto store = open_sqlite(folder.file("r.db"), kNames).value();
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) CHECK(insert(*store, std::to_string(t) + "-" + std::to_string(i)).has_value());
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count(*store), 160);
}

// A disk whose fsync fails on demand: the default VFS with another xSync.
bool g_sync_fails = false;
int (*g_real_sync)(sqlite3_file*, int) = nullptr;  // the same for every file of the real VFS
int failing_sync(sqlite3_file* file, int flags) { return g_sync_fails ? SQLITE_IOERR_FSYNC : g_real_sync(file, flags); }

int open_with_failing_sync(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  static std::map<const sqlite3_io_methods*, sqlite3_io_methods> changed;  // database and WAL files differ
  auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
  const int code = real->xOpen(real, name, file, flags, out_flags);
  if (code == SQLITE_OK && file->pMethods != nullptr) {
    g_real_sync = file->pMethods->xSync;
    sqlite3_io_methods& methods = changed.try_emplace(file->pMethods, *file->pMethods).first->second;
    methods.xSync = failing_sync;
    file->pMethods = &methods;
  }
  return code;
}

TEST(SqliteStore, AfterAFailedFsyncNothingMoreIsWrittenButReadsAreServed) {
  const Folder folder;
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  sqlite3_vfs failing = *real;
  failing.zName = "failing-sync";
  failing.pAppData = real;
  failing.xOpen = open_with_failing_sync;
  ASSERT_EQ(sqlite3_vfs_register(&failing, 1), SQLITE_OK);
  {
    const auto store = open_sqlite(folder.file("r.db"), kNames).value();
    ASSERT_TRUE(insert(*store, "kept"));
    g_sync_fails = true;
    EXPECT_EQ(insert(*store, "lost").error().reason, Reason::STORAGE_FAILED);
    g_sync_fails = false;
    EXPECT_EQ(insert(*store, "later").error().reason, Reason::STORAGE_FAILED) << "the disk is not trusted again";
    EXPECT_EQ(count(*store), 1);
  }
  sqlite3_vfs_unregister(&failing);
  const auto store = open_sqlite(folder.file("r.db"), kNames).value();
  EXPECT_TRUE(insert(*store, "later"));
}

TEST(SqliteStoreDeathTest, ATransactionInsideATransactionIsABug) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto store = open_sqlite(":memory:", kNames).value();
  EXPECT_DEATH((void)store->write([&](Transaction&) { return insert(*store, "a"); }), "owner_");
}

TEST(RowDeathTest, AccessorsCheckTheType) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const Row row{{int64_t{1}, std::string{"x"}}};
  EXPECT_EQ(row.integer(0), 1);
  EXPECT_DEATH((void)row.text(0), "holds_alternative");
  EXPECT_DEATH((void)row.integer(2), "size");
}

}  // namespace
}  // namespace mitome::store
