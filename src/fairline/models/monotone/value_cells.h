// A model's inputs as finitely many cells: within a cell of a feature no test of the model tells
// two values apart, so a box of cells stands for all the rows in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

/// The cells of one feature. Numeric: cell k holds the values in (cuts[k-1], cuts[k]], the first
/// and the last are open; missing values are a cell of their own, and so are zeros where the model
/// reads them as missing. Categorical: cell k is category k, and all values in no set count as
/// missing.
struct FeatureCells {
  bool categorical = false;
  bool zero_is_missing = false;
  std::vector<double> cuts;  // numeric, ascending
  uint32_t categories = 0;
  size_t first_word = 0;  // categorical: of Box::words

  uint32_t count() const {
    return categorical ? categories : static_cast<uint32_t>(cuts.size()) + 1;
  }
};

/// A value of that numeric cell with as few digits as it has; nothing when no value is in it.
std::optional<double> ValueIn(const FeatureCells& feature, uint32_t cell);

/// A node's test, asked of cells.
struct CellTest {
  uint32_t feature = 0;
  bool categorical = false;
  bool missing_left = false, zero_left = false;
  uint32_t left_cells = 0;        // numeric: cells below go left
  std::span<const uint32_t> set;  // categorical: bits of the categories that go left
};

/// The cells of each feature that are still possible.
struct Box {
  struct Range {
    uint32_t first = 0, end = 0;  // numeric cells
    bool missing = true, zero = false;
  };
  std::vector<Range> ranges;    // one per feature
  std::vector<uint32_t> words;  // categories, one bit each
};

struct Sides {
  bool left = false, right = false;
  bool both() const { return left && right; }
};

class ModelCells {
 public:
  /// The model must outlive the cells. kUnsupported names a feature that is split both as a number
  /// and as categories, or reads zero as missing in some nodes only.
  static Result<ModelCells> Make(const TreeEnsemble& model);

  const FeatureCells& feature(size_t index) const { return features_[index]; }
  std::span<const CellTest> tests(size_t tree) const { return tests_[tree]; }

  Box Everything() const;
  Sides SidesOf(const CellTest& test, const Box& box) const;
  /// Keeps what goes to that side.
  void Restrict(const CellTest& test, bool left, Box& box) const;
  /// A row of the box: middle cells, which are the customary values since the thresholds come from
  /// data, and missing only where nothing else is left.
  std::vector<double> RowIn(const Box& box) const;

 private:
  std::vector<FeatureCells> features_;
  std::vector<std::vector<CellTest>> tests_;  // per tree and node
  size_t words_ = 0;
};

/// What a box allows of one feature, to be put back after a Restrict.
class SavedCells {
 public:
  SavedCells(const ModelCells& cells, const CellTest& test, const Box& box);
  void Restore(Box& box) const;

 private:
  uint32_t feature_;
  size_t first_word_ = 0;
  Box::Range range_;
  std::vector<uint32_t> words_;
};

}  // namespace fairline
