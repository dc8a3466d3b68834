// Connections are kept between calls. A failed call counts for the breaker; while that is open no
// call touches Redis but one probe at a time.
#include "fairline/storage/redis_cache.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>
#include <vector>

#include "fairline/core/limits.h"
#include "fairline/core/log.h"
#include "fairline/storage/cache_metrics.h"
#include "fairline/storage/circuit_breaker.h"

namespace fairline {
namespace {

constexpr std::string_view kKeyPrefix = "fairline:";
constexpr size_t kIdleConnections = 64;
constexpr size_t kValueBytes = size_t{1} << 20;  // larger ones would not come in time

class RedisCache : public Cache {
 public:
  RedisCache(RedisServer server, const Clock& clock, Metrics& metrics, int patience_ms)
      : server_(std::move(server)),
        patience_micros_(int64_t{patience_ms} * 1000),
        addresses_(server_.host, server_.port),
        metrics_(metrics, clock),
        breaker_(limits::kCacheFailures, clock) {}

  std::optional<std::string> Get(std::string_view key) override {
    const CacheMetrics::Timer timer(metrics_, metrics_.get_seconds);
    auto reply = Call({"GET", fmt::format("{}{}", kKeyPrefix, key)});
    if (!reply) {
      metrics_.errors.Increment();
      return std::nullopt;
    }
    (*reply ? metrics_.hits : metrics_.misses).Increment();
    return *std::move(reply);
  }

  void Put(std::string_view key, std::string_view value, int64_t ttl_seconds) override {
    if (ttl_seconds <= 0 || value.size() > kValueBytes) return;
    const CacheMetrics::Timer timer(metrics_, metrics_.put_seconds);
    (void)Call({"SET", fmt::format("{}{}", kKeyPrefix, key), std::string(value), "EX",
                std::to_string(ttl_seconds)});
  }

 private:
  using Command = std::vector<std::string>;
  using Connection = std::unique_ptr<RedisConnection>;

  /// One command under the breaker's rule.
  Result<RedisReply> Call(const Command& command) {
    const auto permit = breaker_.Ask();
    if (permit == CircuitBreaker::Permit::kNone) {
      return Fail(ErrorCode::kUnavailable, "Redis is left alone");
    }
    auto reply = Run(command);
    if (reply && breaker_.Succeeded()) {
      metrics_.breaker_open.Set(0);
      LogInfo("cache.answers_again");
    }
    if (!reply && breaker_.Failed(permit)) {
      metrics_.breaker_open.Set(1);
      LogWarning("cache.left_alone",
                 {{"reason", reply.error().message}, {"detail", reply.error().detail}});
    }
    return reply;
  }

  Result<RedisReply> Run(const Command& command) {
    const std::vector<std::string_view> parts(command.begin(), command.end());
    const int64_t deadline_micros = SystemClock().MonotonicMicros() + patience_micros_;
    while (true) {
      Connection connection = TakeIdle();
      const bool was_idle = connection != nullptr;
      if (!was_idle) {
        connection = FAIRLINE_TRY(RedisConnection::Open(server_, addresses_, deadline_micros));
      }
      auto reply = connection->Run(parts, deadline_micros);
      if (!connection->broken()) {
        GiveBack(std::move(connection));
        return reply;
      }
      // Redis may have closed the connection while nobody used it: that is no failure yet.
      if (reply || !was_idle || SystemClock().MonotonicMicros() >= deadline_micros) return reply;
    }
  }

  Connection TakeIdle() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return nullptr;
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void GiveBack(Connection connection) {
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < kIdleConnections) idle_.push_back(std::move(connection));
  }

  const RedisServer server_;
  const int64_t patience_micros_;
  HostAddresses addresses_;
  CacheMetrics metrics_;
  CircuitBreaker breaker_;
  std::mutex mutex_;
  std::vector<Connection> idle_;
};

}  // namespace

std::unique_ptr<Cache> MakeRedisCache(RedisServer server, const Clock& clock, Metrics& metrics,
                                      int patience_ms) {
  return std::make_unique<RedisCache>(std::move(server), clock, metrics, patience_ms);
}

}  // namespace fairline
