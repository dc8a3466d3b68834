// Rows as small integers. A tree only asks whether a value is above one of the thresholds that the
// model knows of its feature, so the number of thresholds below the value, its bin, answers every
// test of that feature. Missing values, zeros that count as missing and sets of categories are
// dealt with here once, and every test of every tree becomes: slot value > limit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/engine/threshold_tree.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

/// Columns of doubles: the value of row r is column[r * stride].
struct FeatureColumns {
  std::span<const double* const> columns;  // one per model feature
  size_t stride = 1;
};

/// A node's test: right iff the row's value in `slot` is above `limit`.
struct BinTest {
  uint32_t slot = 0;
  uint16_t limit = 0;
};

class FeatureBins {
 public:
  /// `tests` receives one per node, tree after tree. kUnsupported names the feature that has too
  /// many thresholds or categories for bins.
  static Result<FeatureBins> Make(const TreeEnsemble& model, std::vector<BinTest>& tests);

  /// Numbers in a row of bins.
  size_t slots() const { return slots_; }
  /// Whether every slot value fits a byte.
  bool fits_byte() const { return fits_byte_; }

  /// `row`: one number per model feature; `slots`: slots() numbers.
  template <typename Bin>
  void Fill(std::span<const double> row, Bin* slots) const;

  /// A row in fewer numbers: a key is a slot of a numeric feature, or all slots of a categorical
  /// one at once. Keys from 0, values of a key from 0.
  size_t keys() const { return readings_.size() + categoricals_.size(); }
  bool IsNumber(size_t key) const { return key < readings_.size(); }
  size_t KeyOf(uint32_t slot) const;
  uint32_t FirstSlotOf(size_t key) const;
  /// How many values a key has; kMostKeyValues at most if FillKeys is to be used.
  size_t ValuesOf(size_t key) const;
  static constexpr size_t kMostKeyValues = size_t{1} << 16;
  /// What a categorical key's value is for its slots: 1 goes right.
  std::span<const uint8_t> OutcomesOf(size_t key, size_t value) const;
  void FillKeys(std::span<const double> row, uint16_t* keys) const;

  /// Rows [first, first + count) of the columns, at most kBlock; slot s of the r-th of them goes to
  /// slots[s * slot_pitch + r * row_pitch].
  static constexpr size_t kBlock = 64;
  template <typename Bin>
  void FillBlock(const FeatureColumns& rows, size_t first, size_t count, size_t slot_pitch,
                 size_t row_pitch, Bin* slots) const;

 private:
  // How one missing type and default direction of a feature is read: what is missing has the lowest
  // bin where it goes left, and the highest where it goes right.
  struct Reading {
    uint16_t nan_bin = 0;
    uint16_t zero_bin = 0;
    uint16_t highest_bin = 0;
    bool zero_is_missing = false;
  };
  struct Numeric {
    uint32_t feature = 0;
    ThresholdTree thresholds;
    uint32_t first_slot = 0, readings = 0;
  };
  // The tests of a categorical feature, one slot per distinct set: 0 in the set, 1 outside.
  struct Categorical {
    uint32_t feature = 0;
    uint32_t categories = 0;  // higher ones are in no set
    uint32_t first_slot = 0, sets = 0;
    size_t outcomes = 0;  // of outcomes_: `sets` bytes per category, then those of all others
  };
  class Maker;

  static uint16_t Read(const Reading& reading, uint32_t bin, double value);
  template <typename Bin>
  void FillNumbers(std::span<const double> row, Bin* slots) const;
  static uint32_t CategoryOf(const Categorical& categorical, double value);
  const uint8_t* OutcomesOf(const Categorical& categorical, size_t category) const {
    return outcomes_.data() + categorical.outcomes + category * categorical.sets;
  }

  size_t slots_ = 0;
  bool fits_byte_ = false;
  std::vector<ThresholdLine> thresholds_;
  std::vector<Numeric> numerics_;  // by ascending levels: the search's length changes rarely
  std::vector<Reading> readings_;  // by slot: those of numbers are the first
  std::vector<Categorical> categoricals_;
  std::vector<uint8_t> outcomes_;
};

}  // namespace fairline
