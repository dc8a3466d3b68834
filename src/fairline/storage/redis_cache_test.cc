// The cache over a real Redis, which is killed, stopped, slowed down and brought back.
#include "fairline/storage/redis_cache.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/limits.h"
#include "fairline/storage/redis_connection.h"
#include "fairline/storage/temporary_folder.h"
#include "fairline/storage/test_proxy.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000;

uint16_t FreePort() { return TestProxy(0).port(); }

/// A server of the test's own; others may share the one that FAIRLINE_TEST_REDIS names.
class RedisProcess {
 public:
  explicit RedisProcess(std::vector<std::string> options = {}) : options_(std::move(options)) {
    Start();
  }
  ~RedisProcess() { Kill(); }

  uint16_t port() const { return port_; }
  void Kill() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  void Pause() const { kill(process_, SIGSTOP); }
  void Resume() const { kill(process_, SIGCONT); }

  void Start() {
    std::vector<std::string> words = {"setpriv",      "--pdeathsig",
                                      "KILL",         "redis-server",
                                      "--bind",       "127.0.0.1",
                                      "--port",       std::to_string(port_),
                                      "--save",       "",
                                      "--appendonly", "no",
                                      "--dir",        folder_.path().string(),
                                      "--logfile",    "log"};
    words.insert(words.end(), options_.begin(), options_.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    FAIRLINE_CHECK(
        posix_spawnp(&process_, "setpriv", nullptr, nullptr, arguments.data(), environ) == 0,
        "redis-server is installed");
    HostAddresses addresses("127.0.0.1", port_);
    while (!RedisConnection::Open({.host = "127.0.0.1", .port = port_}, addresses,
                                  SystemClock().MonotonicMicros() + kSecond)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

 private:
  const TemporaryFolder folder_;
  const std::vector<std::string> options_;
  const uint16_t port_ = FreePort();
  pid_t process_ = 0;
};

class RedisCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("FAIRLINE_TEST_REDIS") == nullptr) {
      GTEST_SKIP() << "FAIRLINE_TEST_REDIS is not set: no Redis is installed";
    }
  }

  /// More patience than in use, so that a busy machine fails no test; `patience_ms` for tests in
  /// which it is used up.
  std::unique_ptr<Cache> Open(RedisServer server, int patience_ms = 10'000) {
    server.host = "127.0.0.1";
    return MakeRedisCache(std::move(server), clock_, metrics_, patience_ms);
  }

  bool IsLeftAlone() const { return metrics_.Text().contains("\nfairline_cache_breaker_open 1\n"); }
  std::string Requests(std::string_view result, int count) const {
    return fmt::format("fairline_cache_requests_total{{result=\"{}\"}} {}\n", result, count);
  }

  /// Calls that fail until Redis is left alone.
  void FailUntilLeftAlone(Cache& cache) {
    for (int i = 0; i < limits::kCacheFailures; ++i) {
      EXPECT_FALSE(IsLeftAlone());
      EXPECT_EQ(cache.Get("key"), std::nullopt);
    }
    EXPECT_TRUE(IsLeftAlone());
  }

  /// The machine may be busy when a probe is due: then the next one finds the server.
  void ExpectRecovery(Cache& cache) {
    for (int i = 0; i < 100 && IsLeftAlone(); ++i) {
      clock_.Advance(30 * kSecond);
      cache.Get("key");
    }
    EXPECT_FALSE(IsLeftAlone());
  }

  ManualClock clock_{0};  // of the breaker; calls are limited by the machine's clock
  Metrics metrics_;
};

TEST_F(RedisCacheTest, GivesBackWhatWasPut) {
  const RedisProcess redis;
  const auto cache = Open({.port = redis.port()});
  std::string bytes(300'000, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  EXPECT_EQ(cache->Get("key"), std::nullopt);
  cache->Put("key", bytes, 60);
  cache->Put("empty", "", 60);
  cache->Put("a key\r\n\0 of bytes", "value", 60);
  EXPECT_EQ(cache->Get("key"), bytes);
  EXPECT_EQ(cache->Get("empty"), "");
  EXPECT_EQ(cache->Get("a key\r\n\0 of bytes"), "value");
  EXPECT_THAT(metrics_.Text(), HasSubstr(Requests("hit", 3)));
  EXPECT_THAT(metrics_.Text(), HasSubstr(Requests("miss", 1)));
}

TEST_F(RedisCacheTest, KeysHaveAPrefixAndAnEnd) {
  const RedisProcess redis;
  Open({.port = redis.port()})->Put("key", "value", 1000);
  HostAddresses addresses("127.0.0.1", redis.port());
  const int64_t deadline = SystemClock().MonotonicMicros() + 10 * kSecond;
  const auto connection =
      RedisConnection::Open({.host = "127.0.0.1", .port = redis.port()}, addresses, deadline);
  ASSERT_TRUE(connection);
  EXPECT_EQ(**(*connection)->Run({"GET", "fairline:key"}, deadline), "value");
  const auto scripted =
      (*connection)
          ->Run({"EVAL", "return redis.call('ttl', KEYS[1]) .. ''", "1", "fairline:key"}, deadline);
  ASSERT_TRUE(scripted);
  EXPECT_GT(std::stoi(**scripted), 0);
  EXPECT_LE(std::stoi(**scripted), 1000);
}

TEST_F(RedisCacheTest, KilledAndBack) {
  RedisProcess redis;
  const auto cache = Open({.port = redis.port()});
  cache->Put("key", "value", 60);
  redis.Kill();
  FailUntilLeftAlone(*cache);
  redis.Start();
  EXPECT_EQ(cache->Get("key"), std::nullopt);  // it is too early to try
  EXPECT_TRUE(IsLeftAlone());
  ExpectRecovery(*cache);
  cache->Put("key", "new", 60);
  EXPECT_EQ(cache->Get("key"), "new");
}

TEST_F(RedisCacheTest, StoppedAndContinued) {
  const RedisProcess redis;
  const auto cache = Open({.port = redis.port()}, 200);
  cache->Put("key", "value", 60);
  redis.Pause();
  FailUntilLeftAlone(*cache);
  clock_.Advance(kSecond);
  EXPECT_EQ(cache->Get("key"), std::nullopt);  // the probe
  EXPECT_TRUE(IsLeftAlone());
  redis.Resume();
  ExpectRecovery(*cache);
  EXPECT_EQ(cache->Get("key"), "value");  // and not the late answer to an earlier question
}

TEST_F(RedisCacheTest, HalfASecondLateIsNotThere) {
  const RedisProcess redis;
  TestProxy proxy(redis.port());
  const auto cache = Open({.port = proxy.port()}, 200);
  proxy.SpoilToClient([](std::string&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    return true;
  });
  cache->Put("other", "value", 60);
  EXPECT_EQ(cache->Get("key"), std::nullopt);
  for (int i = 0; i < limits::kCacheFailures; ++i) cache->Get("key");
  EXPECT_TRUE(IsLeftAlone());
  const int connections = proxy.connections();
  for (int i = 0; i < 1000; ++i) {
    cache->Put("key", "value", 60);
    EXPECT_EQ(cache->Get("key"), std::nullopt);
  }
  EXPECT_EQ(proxy.connections(), connections);  // left alone means: not touched at all
  proxy.SpoilToClient({});
  ExpectRecovery(*cache);
}

TEST_F(RedisCacheTest, ARestartBetweenCallsIsNoFailure) {
  RedisProcess redis;
  const auto cache = Open({.port = redis.port()});
  cache->Put("key", "value", 60);
  redis.Kill();
  redis.Start();
  EXPECT_EQ(cache->Get("key"), std::nullopt);
  EXPECT_THAT(metrics_.Text(), HasSubstr(Requests("error", 0)));
  EXPECT_THAT(metrics_.Text(), HasSubstr(Requests("miss", 1)));
}

TEST_F(RedisCacheTest, UsersAndPasswords) {
  const RedisProcess redis({"--user", "lender", "on", ">p@ss/word", "~*", "+@all", "--user",
                            "default", "on", ">other", "~*", "+@all"});
  const auto by_user = Open({.port = redis.port(), .user = "lender", .password = "p@ss/word"});
  by_user->Put("key", "value", 60);
  EXPECT_EQ(by_user->Get("key"), "value");
  EXPECT_EQ(Open({.port = redis.port(), .password = "other"})->Get("key"), "value");
  EXPECT_EQ(Open({.port = redis.port(), .user = "lender", .password = "other"})->Get("key"),
            std::nullopt);
  EXPECT_EQ(Open({.port = redis.port()})->Get("key"), std::nullopt);
  EXPECT_THAT(metrics_.Text(), HasSubstr(Requests("error", 2)));
}

TEST_F(RedisCacheTest, AWrongPasswordIsSaidWithoutShowingIt) {
  const RedisProcess redis({"--requirepass", "right"});
  HostAddresses addresses("127.0.0.1", redis.port());
  const auto connection = RedisConnection::Open(
      {.host = "127.0.0.1", .port = redis.port(), .user = "lender", .password = "secret"},
      addresses, SystemClock().MonotonicMicros() + 10 * kSecond);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(connection.error().message, HasSubstr("refuses the user or password"));
  EXPECT_FALSE((connection.error().message + connection.error().detail).contains("secret"));
}

TEST_F(RedisCacheTest, Databases) {
  const RedisProcess redis;
  const auto third = Open({.port = redis.port(), .database = 3});
  third->Put("key", "value", 60);
  EXPECT_EQ(third->Get("key"), "value");
  EXPECT_EQ(Open({.port = redis.port()})->Get("key"), std::nullopt);
  EXPECT_EQ(Open({.port = redis.port(), .database = 99})->Get("key"), std::nullopt);
  EXPECT_THAT(metrics_.Text(), HasSubstr(Requests("error", 1)));
}

TEST_F(RedisCacheTest, AHostNameThatIsUnknown) {
  const auto cache = *OpenCache("redis://redis.invalid", clock_, metrics_);
  for (int i = 0; i < limits::kCacheFailures; ++i) EXPECT_EQ(cache->Get("key"), std::nullopt);
  EXPECT_TRUE(IsLeftAlone());
}

// With the patience in use: what comes late is a miss, never another key's value.
TEST_F(RedisCacheTest, ThousandsOfCallsAtOnce) {
  const RedisProcess redis;
  const auto cache =
      *OpenCache(fmt::format("redis://127.0.0.1:{}/0", redis.port()), SystemClock(), metrics_);
  std::atomic<int> wrong = 0, hits = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int k = 0; k < 1000; ++k) {
          const std::string key = std::to_string(i * 1000 + k), value = key + " of " + key;
          cache->Put(key, value, 60);
          const auto got = cache->Get(key);
          hits += got.has_value();
          wrong += got.has_value() && *got != value;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(hits, 0);
}

}  // namespace
}  // namespace fairline
