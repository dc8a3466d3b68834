// A database for one test, gone with it: a SQLite file, or a new schema on the server that
// FAIRLINE_TEST_POSTGRES names, which costs the server far less than a database.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "fairline/core/random.h"
#include "fairline/storage/database.h"
#include "fairline/storage/postgres_connection.h"
#include "fairline/storage/temporary_folder.h"

namespace fairline {

class TestDatabase {
 public:
  static constexpr const char* kServerVariable = "FAIRLINE_TEST_POSTGRES";

  /// Whether there is a server to test with; a test that needs one says GTEST_SKIP() otherwise.
  static bool Available(DatabaseKind kind) {
    return kind == DatabaseKind::kSqlite || std::getenv(kServerVariable) != nullptr;
  }

  explicit TestDatabase(DatabaseKind kind) {
    if (kind == DatabaseKind::kSqlite) {
      url_ = fmt::format("sqlite://{}", (folder_.path() / "data" / "fairline.db").string());
      return;
    }
    uint64_t random = 0;
    FillWithEntropy(&random, sizeof random);
    name_ = fmt::format("fairline_test_{:016x}", random);
    server_ = std::getenv(kServerVariable);
    OnServer(fmt::format("CREATE SCHEMA {}", name_));
    url_ = fmt::format("{0}{1}application_name={2}&options=-csearch_path%3D{2}", server_,
                       server_.contains('?') ? '&' : '?', name_);
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase() {
    if (!name_.empty()) OnServer(fmt::format("DROP SCHEMA {} CASCADE", name_));
  }

  const std::string& url() const { return url_; }
  /// Of the schema, which its sessions give as their application's name too; empty for SQLite.
  const std::string& name() const { return name_; }
  /// Each call is another process, as far as the database can tell.
  std::unique_ptr<Database> Open(Metrics* metrics = nullptr) const {
    auto database = OpenDatabase(url_, metrics);
    if (database) return *std::move(database);
    ADD_FAILURE() << database.error().message << ": " << database.error().detail;
    return nullptr;
  }

 private:
  void OnServer(std::string_view statement) const {
    auto connection = PostgresConnection::Open(server_, PostgresConnection::Access::kWrite);
    ASSERT_TRUE(connection) << connection.error().detail;
    ASSERT_TRUE((*connection)->Send(statement, {}));
    const auto done = (*connection)->Collect();
    EXPECT_TRUE(done) << done.error().detail;
  }

  TemporaryFolder folder_;
  std::string server_, name_, url_;
};

inline std::string KindName(const ::testing::TestParamInfo<DatabaseKind>& info) {
  return info.param == DatabaseKind::kSqlite ? "Sqlite" : "Postgres";
}

/// `INSTANTIATE_TEST_SUITE_P(Each, MyTest, kBothDatabases, KindName)` for what both promise.
inline const auto kBothDatabases =
    ::testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres);

}  // namespace fairline
