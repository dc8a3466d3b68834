// The weights of a bag's rows added up by column, bin and class, kept from round to round: boosting
// multiplies the weights of a class by one number on either side of a split, so it is enough to add
// what the smaller side gains over the larger.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "fairline/training/ensembles/bag.h"

namespace fairline {

/// What a round of boosting did to the weights.
struct Reweighing {
  std::span<const uint8_t> right;                // per row: 1 right of the split, 0 left
  std::array<size_t, 2> rows_right;              // how many, by class
  std::array<std::array<double, 2>, 2> factors;  // by side and class, before the division by `sum`
  double sum = 1;
  std::array<double, 2> totals{};  // of the weights after it, by class
  bool kept_from_zero = false;     // some weight would have been too small, and is not that product
};

class WeightSums {
 public:
  /// Rows of a class and what is to be added for each.
  struct Gains {
    std::vector<uint32_t> rows;
    std::vector<double> weights;
  };

  /// The bag outlives the sums.
  explicit WeightSums(const Bag& bag);

  /// All anew.
  void Start(std::span<const double> weights);
  /// `weights`: as they are after the round.
  void Follow(const Reweighing& round, std::span<const double> weights);

  /// By bin, to be multiplied by Unit(outcome).
  const double* Of(size_t outcome, size_t column) const {
    const size_t block = column / kColumnBlock, lane = column % kColumnBlock;
    return sums_.data() + ((block * 2 + outcome) * kColumnBlock + lane) * kBins;
  }
  double Unit(size_t outcome) const { return units_[outcome]; }

 private:
  static constexpr size_t kBins = 256;
  void AddUp();
  void Gain(size_t outcome, const Reweighing& round, std::span<const double> weights);

  const Bag& bag_;
  std::vector<double> sums_;  // [block][class][column of the block][bin]
  std::array<double, 2> units_{1, 1};
  std::array<Gains, 2> gains_;
  int followed_ = 0;  // rounds since the start
};

}  // namespace fairline
