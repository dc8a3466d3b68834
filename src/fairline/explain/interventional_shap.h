// Exact interventional Shapley values against a table of applicants: what the path-dependent
// attributions of the record are checked with. Never part of a decision. docs/internals/shap.md
// has the derivation.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/models/tree_ensemble.h"

namespace fairline {

class InterventionalShap {
 public:
  /// Features tested on one path from the root of a tree to a leaf.
  static constexpr size_t kPathFeatures = 64;
  /// Different ways in which the background's rows miss a leaf, over all leaves: 1 GB.
  static constexpr size_t kMisses = size_t{1} << 26;

  /// `background`: rows of one number per model feature, one after another, at least one row. The
  /// model may be dropped afterwards. Errors: a tree with more than kPathFeatures on a path, a
  /// background that needs more than `most_misses`.
  static Result<InterventionalShap> Make(const TreeEnsemble& model,
                                         std::span<const double> background,
                                         size_t most_misses = kMisses);

  /// The mean raw score of the background: base + sum of attributions = raw score.
  double base() const { return base_; }
  /// The Shapley values of the game in which a coalition of features is worth the mean raw score of
  /// the background's rows once they have the coalition's values of this row (Lundberg et al. 2020;
  /// Janzing et al. 2020). One number per model feature, in units of the raw score. Thread-safe.
  void Explain(std::span<const double> features, std::span<double> attributions) const;

 private:
  // Background rows that fail the tests of the same features on the way to a leaf.
  struct Miss {
    uint64_t failed;  // a bit per feature of the path
    uint64_t rows;
  };
  struct BackgroundTree {
    Tree tree;
    std::vector<uint8_t> bits;     // which bit each node's feature has on the paths through it
    std::vector<size_t> miss_end;  // per leaf; they begin where those of the leaf before end
  };
  class Builder;
  class Walk;

  std::vector<BackgroundTree> trees_;
  std::vector<Miss> misses_;  // by tree, leaf from left to right, and `failed`
  size_t features_ = 0;
  double rows_ = 0;
  double base_ = 0;
};

}  // namespace fairline
