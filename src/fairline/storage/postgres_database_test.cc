// What is PostgreSQL's alone: a server that stops, freezes, says nothing or is far away, roles with
// few rights, and encrypted connections.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "fairline/storage/database.h"
#include "fairline/storage/postgres_connection.h"
#include "fairline/storage/postgres_insert.h"
#include "fairline/storage/postgres_test_server.h"
#include "fairline/storage/test_database.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PostgresDatabaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!TestDatabase::Available(DatabaseKind::kPostgres)) {
      GTEST_SKIP() << "no FAIRLINE_TEST_POSTGRES";
    }
  }
  static Status Run(Database& database, std::string_view sql) {
    return database.Write([&](Transaction& transaction) { return transaction.Execute(sql); });
  }
  static Value One(Database& database, std::string_view sql) {
    const auto rows = database.Query(sql);
    EXPECT_TRUE(rows) << rows.error().detail;
    return rows ? (*rows)[0][0] : Value();
  }
};

TEST(RepeatValues, NumbersTheParametersOn) {
  EXPECT_EQ(RepeatValues("INSERT INTO t (a, b) VALUES ($1, $2)", 2, 3),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, $6)");
  EXPECT_EQ(RepeatValues("insert into t values (COALESCE($2, 0), lower($1)) ON CONFLICT (a) DO "
                         "NOTHING RETURNING a, b",
                         2, 2),
            "insert into t values (COALESCE($2, 0), lower($1)), (COALESCE($4, 0), lower($3)) ON "
            "CONFLICT (a) DO NOTHING RETURNING a, b");
}

TEST(RepeatValues, LeavesAloneWhatCouldMeanSomethingElse) {
  for (const std::string_view sql :
       {"INSERT INTO t SELECT $1", "UPDATE t SET a = $1", "INSERT INTO t VALUES ($1), ($2)",
        "INSERT INTO t VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = 1",
        "INSERT INTO t VALUES ($1) ON CONFLICT (a) WHERE a > $2 DO NOTHING",
        "INSERT INTO t VALUES ('VALUES (')", "INSERT INTO t VALUES ($1", "INSERT INTO t VALUES"}) {
    EXPECT_FALSE(RepeatValues(sql, 1, 2)) << sql;
  }
}

TEST_F(PostgresDatabaseTest, TypesHaveTheirValues) {
  const TestDatabase test(DatabaseKind::kPostgres);
  const auto database = test.Open();
  const auto rows = database->Query(
      "SELECT true, 7::int2, 8::int4, 1.5::float4, 12.25::numeric, 'a'::varchar, "
      "'0198C0DE-0000-7000-8000-000000000000'::uuid, '{\"a\": [1,2]}'::json, NULL, "
      "'\\x00ff'::bytea");
  ASSERT_TRUE(rows) << rows.error().detail;
  const Row expected = {int64_t{1},
                        int64_t{7},
                        int64_t{8},
                        1.5,
                        12.25,
                        std::string("a"),
                        std::string("0198c0de-0000-7000-8000-000000000000"),
                        std::string("{\"a\": [1,2]}"),
                        Value(),
                        Blob{std::string("\0\xff", 2)}};
  EXPECT_EQ((*rows)[0], expected);
}

TEST_F(PostgresDatabaseTest, TextWithAZeroCharacterIsRefusedNotCut) {
  const TestDatabase test(DatabaseKind::kPostgres);
  const auto database = test.Open();
  ASSERT_TRUE(Run(*database, "CREATE TABLE things (text TEXT)"));
  const Status status = database->Write([](Transaction& transaction) {
    return transaction.Execute("INSERT INTO things VALUES ($1)", {std::string("a\0b", 3)});
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(One(*database, "SELECT COUNT(*) FROM things"), Value(int64_t{0}));
}

TEST_F(PostgresDatabaseTest, CommitsReachTheDiskWhateverTheServersDefault) {
  const TestDatabase test(DatabaseKind::kPostgres);
  const auto database = *OpenDatabase(test.url() + "%20-csynchronous_commit%3Doff");
  ASSERT_TRUE(database->Write([](Transaction& transaction) -> Status {
    const auto rows = FAIRLINE_TRY(transaction.Query("SHOW synchronous_commit"));
    EXPECT_EQ(rows[0][0], Value(std::string("on")));
    return {};
  }));
}

// A session plans the check of a foreign key once. What is planned while the parent has one row
// must still be right when it has millions.
TEST_F(PostgresDatabaseTest, ChecksOfForeignKeysDoNotScanTables) {
  const TestDatabase test(DatabaseKind::kPostgres);
  const auto database = test.Open();
  ASSERT_TRUE(Run(*database, "CREATE TABLE parents (id BIGINT PRIMARY KEY)"));
  ASSERT_TRUE(Run(*database, "CREATE TABLE children (parent BIGINT REFERENCES parents (id))"));
  ASSERT_TRUE(Run(*database, "INSERT INTO parents VALUES (1)"));
  ASSERT_TRUE(Run(*database, "ANALYZE parents"));
  ASSERT_TRUE(database->Write([](Transaction& transaction) -> Status {
    const auto scans = [&](std::string_view kind) -> Result<int64_t> {
      const auto rows = FAIRLINE_TRY(transaction.Query(
          fmt::format("SELECT {} FROM pg_stat_xact_user_tables WHERE relname = 'parents'", kind)));
      return std::get<int64_t>(rows[0][0]);
    };
    const int64_t whole_tables = FAIRLINE_TRY(scans("seq_scan"));
    const int64_t by_index = FAIRLINE_TRY(scans("idx_scan"));
    FAIRLINE_TRY(transaction.Execute("INSERT INTO children VALUES (1)"));
    EXPECT_EQ(FAIRLINE_TRY(scans("seq_scan")), whole_tables);
    EXPECT_EQ(FAIRLINE_TRY(scans("idx_scan")), by_index + 1);
    return {};
  }));
}

TEST_F(PostgresDatabaseTest, ALongAnswerAndALongStatementAtOnce) {
  // More than the buffers of both sides hold, both ways, and longer than a server may be silent.
  const TestDatabase test(DatabaseKind::kPostgres);
  const auto database = test.Open();
  const std::string large(4 << 20, 'x');
  ASSERT_TRUE(database->Write([&](Transaction& transaction) -> Status {
    for (int i = 0; i < 5; ++i) FAIRLINE_TRY(transaction.Execute("SELECT $1::text", {large}));
    const auto rows = FAIRLINE_TRY(transaction.Query("SELECT $1::text FROM pg_sleep(2)", {large}));
    EXPECT_EQ(rows[0][0], Value(large));
    return {};
  }));
}

TEST_F(PostgresDatabaseTest, ARoleThatMayNotChangeTheSchemaCanUseIt) {
  const TestDatabase test(DatabaseKind::kPostgres);
  const auto owner = test.Open();
  const std::string role = test.name() + "_user";
  for (const std::string& sql :
       {fmt::format("CREATE ROLE {} LOGIN PASSWORD 'pa:ss'", role),
        fmt::format("GRANT USAGE ON SCHEMA {} TO {}", test.name(), role),
        fmt::format("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {} TO {}", test.name(), role)}) {
    ASSERT_TRUE(Run(*owner, sql));
  }
  const std::string_view url = test.url();
  const std::string as_role =
      fmt::format("postgresql://{}:pa%3Ass{}", role, url.substr(url.find('@')));
  {
    const auto database = OpenDatabase(as_role);
    ASSERT_TRUE(database) << database.error().message << database.error().detail;
    EXPECT_TRUE(Run(**database, "INSERT INTO record_layouts VALUES ('d', '[]', '[]')"));
    const Status refused = Run(**database, "DELETE FROM record_layouts");
    EXPECT_THAT(refused.error().message, HasSubstr("lacks a right"));
  }
  ASSERT_TRUE(Run(*owner, "DELETE FROM schema_migrations"));  // now there is something to do
  const auto database = OpenDatabase(as_role);
  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().message, HasSubstr("lacks a right"));
  ASSERT_TRUE(Run(*owner, fmt::format("DROP OWNED BY {}", role)));
  ASSERT_TRUE(Run(*owner, fmt::format("DROP ROLE {}", role)));
}

TEST_F(PostgresDatabaseTest, AWrongPasswordIsSaidButNotShown) {
  const std::string server = std::getenv(TestDatabase::kServerVariable);
  const std::string url =
      fmt::format("postgresql://fairline:hunter2{}", server.substr(server.find('@')));
  const auto database = OpenDatabase(url);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(database.error().message, HasSubstr("127.0.0.1"));
  EXPECT_THAT(database.error().message, HasSubstr("password authentication failed"));
  EXPECT_THAT(database.error().message + database.error().detail, Not(HasSubstr("hunter2")));
}

TEST_F(PostgresDatabaseTest, AServerThatSaysNothingIsGivenUp) {
  const SilentSocket silent;
  const auto database =
      OpenDatabase(fmt::format("postgresql://u:p@127.0.0.1:{}/db", silent.port()));
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kUnavailable);
}

TEST_F(PostgresDatabaseTest, AnEndedSessionIsNotNoticedByTheNextCaller) {
  const TestDatabase test(DatabaseKind::kPostgres);
  const auto database = test.Open(), other = test.Open();
  ASSERT_TRUE(Run(*database, "CREATE TABLE things (id BIGINT)"));
  ASSERT_TRUE(database->Query("SELECT 1"));
  ASSERT_TRUE(Run(*other, fmt::format("SELECT pg_terminate_backend(pid, 10000) "
                                      "FROM pg_stat_activity WHERE application_name = '{}' "
                                      "AND pid <> pg_backend_pid()",
                                      test.name())));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // their sockets close a bit later
  EXPECT_TRUE(database->Query("SELECT 1"));
  EXPECT_TRUE(Run(*database, "INSERT INTO things VALUES (1)"));
}

TEST_F(PostgresDatabaseTest, AServerThatStopsUnderWritersAndComesBack) {
  PostgresTestServer server;
  server.Start("fsync = off\n");
  const auto database = *OpenDatabase(server.url());
  ASSERT_TRUE(Run(*database, "CREATE TABLE things (id BIGINT PRIMARY KEY)"));
  std::atomic<bool> stop = false;
  std::atomic<int64_t> next = 0, failures = 0, acknowledged = 0, wrong = 0;
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 3; ++i) {
      writers.emplace_back([&] {
        while (!stop) {
          const int64_t id = ++next;
          const Status status = database->Write(
              [&](Transaction& transaction) {
                return transaction.Execute("INSERT INTO things VALUES ($1)", {id});
              },
              Turn::kBeside);
          acknowledged += status.has_value();
          failures += !status;
          wrong += !status && status.error().code != ErrorCode::kUnavailable;
        }
      });
    }
    const auto await = [](const auto& condition) {
      while (!condition()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    };
    await([&] { return acknowledged > 20; });
    server.Stop();
    await([&] { return failures > 3; });
    server.Start();
    const int64_t before = acknowledged;
    await([&] { return acknowledged > before + 20; });
    stop = true;
  }
  EXPECT_EQ(wrong, 0);
  const auto count = std::get<int64_t>(One(*database, "SELECT COUNT(*) FROM things"));
  EXPECT_GE(count, acknowledged);  // an answer may have been lost, a row not
  EXPECT_LE(count, next);
}

TEST_F(PostgresDatabaseTest, AServerThatFreezesIsGivenUpUntilItThaws) {
  PostgresTestServer server;
  server.Start();
  const auto database = *OpenDatabase(server.url());
  ASSERT_TRUE(Run(*database, "CREATE TABLE things (id BIGINT PRIMARY KEY)"));
  ASSERT_TRUE(database->Query("SELECT 1"));
  server.Freeze();
  const Status written = Run(*database, "INSERT INTO things VALUES (1)");
  const auto read = database->Query("SELECT 1");
  server.Thaw();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kUnavailable);
  Status status;
  do status = Run(*database, "INSERT INTO things VALUES (2)");
  while (!status && status.error().code == ErrorCode::kUnavailable);
  EXPECT_TRUE(status);
}

TEST_F(PostgresDatabaseTest, EncryptedAndTheServerProvesItsName) {
  PostgresTestServer server;
  const std::string folder = server.folder();
  for (const std::string_view name : {"server", "stranger"}) {
    PostgresTestServer::Shell(
        fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
                    "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 "
                    "-keyout {0}/{1}.key -out {0}/{1}.crt && chmod 600 {0}/{1}.key",
                    folder, name));
  }
  if (geteuid() == 0) {
    PostgresTestServer::Shell(fmt::format("chown postgres {}/server.key", folder));
  }
  server.Start(
      fmt::format("ssl = on\nssl_cert_file = '{0}/server.crt'\n"
                  "ssl_key_file = '{0}/server.key'\n",
                  folder));
  const auto url_with = [&](std::string_view root) {
    return server.url(fmt::format("?sslmode=verify-full&sslrootcert={}/{}.crt", folder, root));
  };
  const auto database = OpenDatabase(url_with("server"));
  ASSERT_TRUE(database) << database.error().detail;
  EXPECT_EQ(One(**database, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
            Value(int64_t{1}));
  const std::string large(4 << 20, 'x');
  const auto rows = (*database)->Query("SELECT $1::text", {large});
  EXPECT_EQ((*rows)[0][0], Value(large));
  const auto to_a_stranger = OpenDatabase(url_with("stranger"));
  ASSERT_FALSE(to_a_stranger);
  EXPECT_EQ(to_a_stranger.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace fairline
