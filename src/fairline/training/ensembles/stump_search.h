// The best single test on weighted rows: the largest decrease of Gini impurity (Breiman et al.,
// 1984), as scikit-learn's trees of depth 1 find it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fairline/training/ensembles/bag.h"

namespace fairline {

/// kExact looks at every split, as scikit-learn does; kHistogram at those between bins.
enum class Grower : uint8_t { kExact, kHistogram };

struct Split {
  size_t column = 0;
  size_t bin = 0;          // rows of lower bins go left, rows of higher bins right
  size_t left_of_bin = 0;  // how many of Bag::Sorted(column, bin) go left
  bool missing_left = false;
  double threshold = 0;  // left iff float(value) <= threshold
};

class StumpSearch {
 public:
  StumpSearch(Bag& bag, Grower grower);

  /// The best split for these weights, all positive, one per row of the bag. Of splits between bins
  /// that are equally good, the one in the lowest column at the lowest threshold. Nothing if no
  /// column can be split.
  std::optional<Split> Best(std::span<const double> weights);

 private:
  using Histogram = std::array<double, kColumnBlock * 256>;
  struct ClassWeights {
    double paid = 0, defaulted = 0;
  };
  struct Found {
    double score = -1;
    size_t column = 0, bin = 0, left_of_bin = 0;
    bool missing_left = false;
  };
  // A bin inside of which the score may be up to `bound`.
  struct Doubtful {
    double bound;
    size_t column, bin;
    bool missing_left;
    ClassWeights left;  // of the rows before the bin
  };

  double Purity(ClassWeights left) const {
    return left.defaulted * total_.paid - left.paid * total_.defaulted;
  }
  double Sides(ClassWeights left) const {
    const double weight = left.paid + left.defaulted;
    return weight * (total_.paid + total_.defaulted - weight);
  }
  // 0 for a side of no weight, or of so little that it rounds to nothing.
  double Score(ClassWeights left) const {
    const double purity = Purity(left), sides = Sides(left);
    return sides > 0 ? purity * purity / sides : 0;
  }

  void ScanBlock(size_t block);
  void ScanColumn(size_t column, const double* paid, const double* defaulted, bool missing_left);
  void Doubt(Doubtful doubtful, ClassWeights within);
  void LookInside(const Doubtful& doubtful, std::span<const double> weights);
  void Offer(ClassWeights left, const Found& candidate);
  Split Finish();

  Bag& bag_;
  Grower grower_;
  ClassWeights total_;
  Found best_;
  std::vector<Doubtful> doubtful_;
  std::array<Histogram, 2> histograms_;  // of a block, by class
};

}  // namespace fairline
