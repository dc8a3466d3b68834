// The best single test on weighted rows: the largest decrease of Gini impurity (Breiman et al.,
// 1984), as scikit-learn's trees of depth 1 find it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fairline/training/ensembles/bag.h"
#include "fairline/training/ensembles/weight_sums.h"

namespace fairline {

/// kExact looks at every split, as scikit-learn does; kHistogram at those between bins.
enum class Grower : uint8_t { kExact, kHistogram };

struct Split {
  size_t column = 0;
  size_t bin = 0;             // rows of lower bins go left, rows of higher bins right
  size_t left_of_bin = 0;     // how many of Bag::Sorted(column, bin) go left
  bool missing_left = false;  // false where no row of the bag is missing: it does not say
  double threshold = 0;       // left iff float(value) <= threshold
};

class StumpSearch {
 public:
  /// `weights`: all positive, one per row of the bag.
  StumpSearch(Bag& bag, Grower grower, std::span<const double> weights);

  /// After every round, with the weights that it has left.
  void Follow(const Reweighing& round, std::span<const double> weights);

  /// The best split for the weights of now. Of splits between bins that are equally good, the one
  /// in the lowest column at the lowest threshold. Nothing if no column can be split.
  std::optional<Split> Best(std::span<const double> weights);

 private:
  struct ClassWeights {
    double paid = 0, defaulted = 0;
  };
  // The weights of a column by bin, in units.
  struct ColumnSums {
    const double *paid, *defaulted;
    double paid_unit, defaulted_unit;

    ClassWeights Of(size_t bin) const {
      return {paid[bin] * paid_unit, defaulted[bin] * defaulted_unit};
    }
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

  void Begin(double nearly);
  void AddUp(size_t column, std::span<const double> weights);
  void ScanColumn(size_t column, const ColumnSums& sums);
  template <Grower kGrower>
  void Scan(size_t column, const ColumnSums& sums, bool missing_left);
  void Doubt(Doubtful doubtful, ClassWeights within);
  void LookInside(std::span<const double> weights);
  void LookInside(const Doubtful& doubtful, std::span<const double> weights);
  void Offer(ClassWeights left, const Found& candidate);
  Split Finish();

  Bag& bag_;
  Grower grower_;
  WeightSums kept_;                              // of all columns
  std::array<std::array<double, 256>, 2> anew_;  // of one, by class
  ClassWeights total_;
  double nearly_ = 1;  // what is this much of the best score is worth a look
  Found best_;
  std::vector<double> reached_;  // by column, the best score if it was nearly the best of all
  std::vector<Doubtful> doubtful_;
};

}  // namespace fairline
