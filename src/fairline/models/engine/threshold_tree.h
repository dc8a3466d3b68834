// How many of a feature's thresholds are below a value. A search tree whose nodes are cache lines
// of eight thresholds: what the processor waits for is two or three lines, where a binary search
// waits for eight numbers, and no branch depends on the value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fairline {

struct alignas(64) ThresholdLine {
  static constexpr size_t kCount = 8;
  double thresholds[kCount];

  /// How many are below; none of NaN's.
  uint32_t Below(double value) const {
    using Pair [[gnu::vector_size(16)]] = double;
    const Pair* pairs = reinterpret_cast<const Pair*>(thresholds);
    const Pair values = {value, value};
    // Each comparison is -1 where it holds.
    const auto minus =
        ((pairs[0] < values) + (pairs[1] < values)) + ((pairs[2] < values) + (pairs[3] < values));
    return static_cast<uint32_t>(-(minus[0] + minus[1]));
  }
};

class ThresholdTree {
 public:
  /// Appends the tree's lines. `thresholds`: ascending, at most 65,535.
  ThresholdTree(const std::vector<double>& thresholds, std::vector<ThresholdLine>& lines);

  uint32_t levels() const { return levels_; }
  /// `lines`: those it was appended to.
  uint32_t Below(const ThresholdLine* lines, double value) const {
    uint32_t node = 0;
    for (uint32_t level = 0; level + 1 < levels_; ++level) {
      node = node * kChildren + lines[first_line_[level] + node].Below(value);
    }
    const uint32_t last = lines[first_line_[levels_ - 1] + node].Below(value);
    return node * ThresholdLine::kCount + last;
  }

 private:
  static constexpr uint32_t kChildren = ThresholdLine::kCount + 1;
  static constexpr size_t kMostLevels = 6;
  std::array<uint32_t, kMostLevels> first_line_{};
  uint32_t levels_ = 0;
};

}  // namespace fairline
