// Sums over an ensemble's stumps, for every bag at once. What a feature adds to a bag is one of a
// few numbers, by the interval its value is in. They are added up beforehand: a row finds its
// intervals and adds one line of a table per feature and eight bags.
//
//   feature AMT_CREDIT   cuts 45000 | 98910 | 135000     bags that test it: some of 0..7, 16..23
//   value 101250.5       interval 2  ->  [ bags 0..7 ][ bags 16..23 ]  added to the sums of those
#pragma once

#include <optional>

#include "fairline/models/engine/bag_kernel.h"
#include "fairline/models/engine/step_intervals.h"

namespace fairline {

/// Numbers of eight neighbouring bags; those behind the last bag are 0.
struct alignas(64) BagLine {
  double of_bag[kBagsOfLine];
};

class StepTables {
 public:
  /// Nothing when the tables would be larger than kMostBytes, or take long to fill.
  static std::optional<StepTables> Make(const StumpEnsemble& model);
  static constexpr size_t kMostBytes = size_t{256} << 20;

  /// Of each bag the sum of its stumps without a feature, to which what features add is added.
  std::span<const BagLine> constants() const { return constants_; }
  /// How many features add to them.
  size_t features() const { return features_.size(); }
  /// `terms`: one per feature, ascending.
  void Find(std::span<const double> row, std::span<BagTerms> terms) const;

 private:
  struct Feature {
    size_t first_line;   // of lines_: those of the first interval, then those of the next
    size_t first_place;  // of places_: which bags the lines of an interval belong to
    size_t width;        // lines of an interval
  };
  explicit StepTables(const StumpEnsemble& model) : intervals_(model) {}
  bool LayOut(const StumpEnsemble& model);
  void Fill(size_t bag, std::span<const Stump> by_feature);

  StepIntervals intervals_;
  std::vector<BagLine> constants_;
  std::vector<Feature> features_;  // as those of the intervals
  std::vector<uint32_t> places_;
  std::vector<BagLine> lines_;
};

}  // namespace fairline
