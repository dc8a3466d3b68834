// A classification tree grown to the end (Breiman et al., 1984): at every node the split with the
// largest decrease of Gini impurity among a random choice of columns, as scikit-learn grows it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "fairline/core/random.h"
#include "fairline/models/tree_ensemble.h"
#include "fairline/training/ensembles/ranked_columns.h"

namespace fairline {

/// A row of the table in the sample of a tree.
struct SampledRow {
  uint32_t row = 0;
  bool defaulted = false;
  uint32_t weight = 0;  // how often it was drawn
  uint32_t count = 0;   // for how many rows it stands where rows are counted (min_leaf)
};

struct TreeOptions {
  size_t columns = 0;     // looked at in each node; more if all of those are constant there
  uint32_t min_leaf = 1;  // rows in a leaf
};

class TreeGrower {
 public:
  /// The columns outlive the grower.
  TreeGrower(const std::vector<RankedColumn>& columns, TreeOptions options);

  /// Leaf values are shares of defaults, covers are weights.
  Tree Grow(std::span<const SampledRow> rows, Random& random);

 private:
  // Both classes in one word, so that adding asks for no class.
  static constexpr int kDefaulted = 32;
  struct Counts {
    uint64_t weights = 0;  // of those that paid; above them, of those that defaulted
    uint64_t rows = 0;
    uint64_t paid() const { return weights & 0xffffffffu; }
    uint64_t defaulted() const { return weights >> kDefaulted; }
  };
  struct Item {
    uint64_t weights = 0;  // as in Counts
    uint32_t count = 0;
    uint32_t index = 0;  // into the sample
  };
  static void Add(const Item& item, Counts& counts) {
    counts.weights += item.weights;
    counts.rows += item.count;
  }
  static void Add(const Counts& more, Counts& counts) {
    counts.weights += more.weights;
    counts.rows += more.rows;
  }
  struct Best {
    double score = -1;
    size_t column = 0;
    uint32_t rank = 0;  // ranks up to this one go left
    uint32_t next = 0;  // the next rank in the node; the missing one if all others go left
    bool missing_left = false;
  };
  // A part of the rows that is to become a node, and where its index is to be written.
  struct Pending {
    size_t begin, end;
    int32_t parent;
    bool left;
  };

  void Take(std::span<const SampledRow> rows);
  std::span<const uint32_t> RanksOf(size_t column) const {
    return {ranks_.data() + column * items_.size(), items_.size()};
  }
  std::optional<Best> BestSplit(std::span<const Item> rows, const Counts& total, Random& random);
  bool ScanColumn(std::span<const Item> rows, const Counts& total, size_t column, Best& best);
  void SortKeys(uint32_t lowest, uint32_t highest);
  void ScanKeys(std::span<const Item> rows, const Counts& total, size_t column, Counts left,
                bool missing_left, Best& best) const;
  void AddUpRanks(std::span<const Item> rows, uint32_t lowest, uint32_t highest);
  void ScanRanks(const Counts& total, size_t column, uint32_t lowest, Counts left,
                 bool missing_left, Best& best) const;
  void OfferMissing(const Counts& left, const Counts& total, Best candidate, Best& best) const;
  void Offer(const Counts& left, const Counts& total, const Best& candidate, Best& best) const;
  void Accept(const Counts& left, const Counts& total, const Best& candidate, double score,
              Best& best) const;
  size_t Divide(const Best& best, std::span<Item> rows, bool& missing_left);
  TreeNode NodeOf(const Best& best, const Counts& total) const;

  const std::vector<RankedColumn>& columns_;
  TreeOptions options_;
  std::vector<Item> items_;             // the sample, node by node
  std::vector<uint32_t> ranks_;         // [column][index into the sample]
  std::vector<size_t> order_;           // of the columns, shuffled as they are drawn
  std::vector<uint64_t> keys_, spare_;  // rank above the index into the node's rows
  std::vector<Counts> by_rank_;         // of the node's rows, from the lowest rank on
  std::vector<Item> divided_;           // the right side while rows are moved
};

}  // namespace fairline
