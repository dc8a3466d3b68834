// Latencies in a fixed amount of memory, however long a run is: counts in buckets 1 % wide.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace fairline::bench {

class Latencies {
 public:
  void Add(double ms) {
    const double steps = std::log(std::max(ms, kLeastMs) / kLeastMs) / std::log(kWidth);
    ++counts_[std::min(static_cast<size_t>(steps), kBuckets - 1)];
    ++count_;
    max_ms_ = std::max(max_ms_, ms);
  }

  void Add(const Latencies& other) {
    for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ms_ = std::max(max_ms_, other.max_ms_);
  }

  /// The upper end of the bucket in which the quantile lies; 0 when there are none.
  double QuantileMs(double share) const {
    auto left = static_cast<int64_t>(share * static_cast<double>(count_));
    for (size_t i = 0; i < kBuckets; ++i) {
      left -= counts_[i];
      if (left < 0) {
        return std::min(kLeastMs * std::pow(kWidth, static_cast<double>(i + 1)), max_ms_);
      }
    }
    return max_ms_;
  }

  double max_ms() const { return max_ms_; }
  int64_t count() const { return count_; }

 private:
  static constexpr double kLeastMs = 0.01, kWidth = 1.01;
  static constexpr size_t kBuckets = 1700;  // to over 200 s

  std::array<int64_t, kBuckets> counts_{};
  int64_t count_ = 0;
  double max_ms_ = 0;
};

}  // namespace fairline::bench
