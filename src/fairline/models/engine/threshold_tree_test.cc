#include "fairline/models/engine/threshold_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fairline {
namespace {

TEST(ThresholdTree, CountsWhatIsBelow) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const size_t count : {0, 1, 7, 8, 9, 71, 72, 73, 80, 81, 255, 647, 648, 649, 6000, 65'535}) {
    std::vector<double> thresholds;
    for (size_t i = 0; i < count; ++i) thresholds.push_back(static_cast<double>(i) - 3);
    std::vector<ThresholdLine> lines(5);  // others' trees come before
    const ThresholdTree tree(thresholds, lines);
    const auto expect = [&](double value) {
      const auto below = std::ranges::count_if(thresholds, [&](double t) { return t < value; });
      ASSERT_EQ(tree.Below(lines.data(), value), below) << value << " of " << count;
    };
    const size_t step = count < 1000 ? 1 : 97;
    for (size_t i = 0; i < count; i += step) {
      for (const double to : {-kInfinity, thresholds[i], kInfinity}) {
        expect(std::nextafter(thresholds[i], to));
      }
    }
    for (const double value : {-kInfinity, -0.0, 0.0, 1e300, kInfinity}) expect(value);
    ASSERT_EQ(tree.Below(lines.data(), std::nan("")), 0U);
  }
}

}  // namespace
}  // namespace fairline
