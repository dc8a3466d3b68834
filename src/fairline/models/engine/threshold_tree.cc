#include "fairline/models/engine/threshold_tree.h"

#include <algorithm>
#include <limits>

namespace fairline {

// The last level has all thresholds in order. A line above it has of each of its children but the
// last the largest threshold below it. What is left of a line is infinite: no value is above.
ThresholdTree::ThresholdTree(const std::vector<double>& thresholds,
                             std::vector<ThresholdLine>& lines) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const auto lines_for = [](size_t count, size_t of) {
    return std::max<size_t>(1, (count + of - 1) / of);
  };
  std::vector<size_t> widths = {lines_for(thresholds.size(), ThresholdLine::kCount)};
  while (widths.back() > 1) widths.push_back(lines_for(widths.back(), kChildren));
  levels_ = static_cast<uint32_t>(widths.size());
  size_t below = ThresholdLine::kCount;  // thresholds under one child of a line
  for (size_t height = 1; height < widths.size(); ++height) below *= height == 1 ? 1 : kChildren;
  for (uint32_t level = 0; level < levels_; ++level) {
    const bool last = level + 1 == levels_;
    first_line_[level] = static_cast<uint32_t>(lines.size());
    for (size_t line = 0; line < widths[levels_ - 1 - level]; ++line) {
      ThresholdLine& made = lines.emplace_back();
      for (size_t i = 0; i < ThresholdLine::kCount; ++i) {
        const size_t place =
            last ? line * ThresholdLine::kCount + i : (line * kChildren + i + 1) * below - 1;
        // Above the last level the child behind must have thresholds too.
        const bool there = place + (last ? 0 : 1) < thresholds.size();
        made.thresholds[i] = there ? thresholds[place] : kNone;
      }
    }
    if (!last) below /= kChildren;
  }
}

}  // namespace fairline
