// Random ensembles of stumps and rows for tests: bags of different size, cuts that many stumps
// share, stumps without a split, missing values on either side.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "fairline/core/random.h"
#include "fairline/models/stump_ensemble.h"

namespace fairline {

class RandomStumps {
 public:
  explicit RandomStumps(uint64_t seed) : random_(seed) {}

  Random& random() { return random_; }

  StumpEnsemble MakeModel(size_t features, size_t bags, size_t most_stumps) {
    StumpEnsemble model;
    for (size_t f = 0; f < features; ++f) model.feature_names.push_back("F" + std::to_string(f));
    for (size_t b = 0; b < bags; ++b) {
      StumpBag& bag = model.bags.emplace_back();
      const size_t stumps = 1 + random_.Below(most_stumps);
      for (size_t i = 0; i < stumps; ++i) bag.stumps.push_back(MakeStump(features));
    }
    return model;
  }

  Stump MakeStump(size_t features) {
    Stump stump{.feature = random_.Below(10) == 0 ? -1 : static_cast<int32_t>(FewFirst(features))};
    stump.threshold = Value();
    stump.missing_left = random_.Below(2) == 0;
    stump.left_vote = random_.Normal();
    stump.right_vote = random_.Below(10) == 0 ? stump.left_vote : random_.Normal();
    stump.left_cover = static_cast<double>(random_.Below(5) * random_.Below(1000));
    stump.right_cover = static_cast<double>(random_.Below(1000));
    return stump;
  }

  /// On the cuts, beside them, and where a number may be missing or infinite.
  std::vector<double> MakeRow(size_t features) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    std::vector<double> row(features);
    for (double& value : row) {
      const double special[] = {NAN, kInfinity, -kInfinity, -0.0, Value()};
      value = random_.Below(3) == 0 ? special[random_.Below(5)] : Value();
      if (random_.Below(4) == 0) value = std::nextafter(value, random_.Normal());
    }
    return row;
  }

 private:
  /// The first features more often than the others: some of these are in one bag only.
  uint64_t FewFirst(size_t features) { return random_.Below(1 + random_.Below(features)); }
  double Value() {
    return random_.Below(2) == 0 ? static_cast<double>(random_.Below(20)) - 5 : random_.Normal();
  }

  Random random_;
};

}  // namespace fairline
