// One list in the order of use and an index into it, behind one mutex: a call holds it for less
// time than it takes to copy the value.
#include "fairline/storage/memory_cache.h"

#include <list>
#include <mutex>
#include <unordered_map>

#include "fairline/storage/cache_metrics.h"

namespace fairline {
namespace {

// List node, index node and two small strings.
constexpr size_t kEntryBytes = 160;
constexpr int64_t kMicrosPerSecond = 1'000'000;

class MemoryCache : public Cache {
 public:
  MemoryCache(size_t capacity_bytes, const Clock& clock, Metrics& metrics)
      : capacity_bytes_(capacity_bytes), metrics_(metrics, clock) {}

  std::optional<std::string> Get(std::string_view key) override {
    const CacheMetrics::Timer timer(metrics_, metrics_.get_seconds);
    auto value = Find(key);
    (value ? metrics_.hits : metrics_.misses).Increment();
    return value;
  }

  void Put(std::string_view key, std::string_view value, int64_t ttl_seconds) override {
    const CacheMetrics::Timer timer(metrics_, metrics_.put_seconds);
    const std::scoped_lock lock(mutex_);
    if (const auto found = index_.find(key); found != index_.end()) Remove(found->second);
    if (ttl_seconds <= 0 || BytesOf(key, value) > capacity_bytes_) return;
    entries_.push_front({std::string(key), std::string(value),
                         metrics_.clock.MonotonicMicros() + ttl_seconds * kMicrosPerSecond});
    index_.emplace(entries_.front().key, entries_.begin());
    bytes_ += BytesOf(key, value);
    while (bytes_ > capacity_bytes_) Remove(std::prev(entries_.end()));
  }

 private:
  struct Entry {
    std::string key;
    std::string value;
    int64_t end_micros;  // monotonic
  };
  using Entries = std::list<Entry>;  // the last used first

  static size_t BytesOf(std::string_view key, std::string_view value) {
    return key.size() + value.size() + kEntryBytes;
  }

  std::optional<std::string> Find(std::string_view key) {
    const std::scoped_lock lock(mutex_);
    const auto found = index_.find(key);
    if (found == index_.end()) return std::nullopt;
    const Entries::iterator entry = found->second;
    if (entry->end_micros <= metrics_.clock.MonotonicMicros()) {
      Remove(entry);
      return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->value;
  }

  void Remove(Entries::iterator entry) {
    bytes_ -= BytesOf(entry->key, entry->value);
    index_.erase(entry->key);
    entries_.erase(entry);
  }

  const size_t capacity_bytes_;
  CacheMetrics metrics_;
  std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> index_;  // keys lie in entries_
  size_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Cache> MakeMemoryCache(size_t capacity_bytes, const Clock& clock,
                                       Metrics& metrics) {
  return std::make_unique<MemoryCache>(capacity_bytes, clock, metrics);
}

}  // namespace fairline
