// What matters of a background row at a leaf is only which of the path's features fail their tests,
// so equal rows are counted once, before any row is explained (Nadel and Wettenstein 2026).
#include "fairline/explain/interventional_shap.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "fairline/core/check.h"

namespace fairline {
namespace {

constexpr size_t kPathFeatures = InterventionalShap::kPathFeatures;
using Weights = std::array<std::array<double, kPathFeatures + 1>, kPathFeatures + 1>;

/// [a][b] = (a-1)! b! / (a+b)! = 1 / (a * binomial(a+b, a)) for a >= 1 and a + b <= 64, where the
/// binomials are whole numbers below 2^64.
constexpr Weights MakeWeights() {
  std::array<uint64_t, kPathFeatures + 1> binomials{1};
  Weights weights{};
  for (size_t n = 1; n <= kPathFeatures; ++n) {
    for (size_t k = n; k > 0; --k) binomials[k] += binomials[k - 1];
    for (size_t a = 1; a <= n; ++a) {
      weights[a][n - a] = 1 / (static_cast<double>(a) * static_cast<double>(binomials[a]));
    }
  }
  return weights;
}
constexpr Weights kWeights = MakeWeights();

}  // namespace

/// Counts the misses of one tree's leaves.
class InterventionalShap::Builder {
 public:
  Builder(std::span<const double> background, size_t features, size_t most_misses,
          std::vector<Miss>& misses)
      : background_(background), features_(features), most_misses_(most_misses), misses_(misses) {
    rows_.resize(background.size() / features);
    std::iota(rows_.begin(), rows_.end(), size_t{0});
  }

  Result<BackgroundTree> Add(const Tree& tree) {
    made_ = {tree, std::vector<uint8_t>(tree.nodes.size()),
             std::vector<size_t>(tree.leaf_values.size())};
    FAIRLINE_TRY(Descend(tree.nodes.empty() ? ~0 : 0, {{0, 0, rows_.size()}}));
    return std::move(made_);
  }

 private:
  // Rows that came to a node with the same features failed: rows_[begin, end).
  struct Group {
    uint64_t failed;
    size_t begin, end;
  };

  Status Descend(int32_t at, std::vector<Group> groups) {
    if (at < 0) return CountMisses(static_cast<size_t>(~at), std::move(groups));
    const TreeNode& node = made_.tree.nodes[at];
    const size_t features_above = path_.size();
    const auto place = std::ranges::find(path_, node.feature) - path_.begin();
    if (static_cast<size_t>(place) == features_above) path_.push_back(node.feature);
    if (path_.size() > kPathFeatures) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("a tree of the model tests more than {} features on one path, which "
                              "attributions against a background do not support",
                              kPathFeatures));
    }
    made_.bits[at] = static_cast<uint8_t>(place);
    std::vector<Group> left, right;
    for (const Group& group : groups) Split(node, uint64_t{1} << place, group, left, right);
    groups = {};
    FAIRLINE_TRY(Descend(node.left, std::move(left)));
    FAIRLINE_TRY(Descend(node.right, std::move(right)));
    path_.resize(features_above);
    return {};
  }

  /// Rows only ever change places within their group, so that groups kept for later stay whole.
  void Split(const TreeNode& node, uint64_t bit, const Group& group, std::vector<Group>& left,
             std::vector<Group>& right) {
    if (group.failed & bit) {  // failed before: no need to tell its rows apart here
      left.push_back(group);
      right.push_back(group);
      return;
    }
    const auto begin = rows_.begin();
    const auto goes_left = [&](size_t row) {
      return GoesLeft(made_.tree, node, background_[row * features_ + node.feature]);
    };
    const auto middle = static_cast<size_t>(
        std::partition(begin + group.begin, begin + group.end, goes_left) - begin);
    if (middle > group.begin) {
      left.push_back({group.failed, group.begin, middle});
      right.push_back({group.failed | bit, group.begin, middle});
    }
    if (middle < group.end) {
      left.push_back({group.failed | bit, middle, group.end});
      right.push_back({group.failed, middle, group.end});
    }
  }

  Status CountMisses(size_t leaf, std::vector<Group> groups) {
    const size_t begin = misses_.size();
    if (begin + groups.size() > most_misses_) {
      return Fail(ErrorCode::kTooLarge,
                  fmt::format("a background of {} rows takes too much memory with trees of this "
                              "size; give fewer rows",
                              rows_.size()));
    }
    std::ranges::sort(groups, {}, &Group::failed);
    for (const Group& group : groups) {
      const size_t rows = group.end - group.begin;
      if (misses_.size() > begin && misses_.back().failed == group.failed) {
        misses_.back().rows += rows;
      } else {
        misses_.push_back({group.failed, rows});
      }
    }
    made_.miss_end[leaf] = misses_.size();
    return {};
  }

  std::span<const double> background_;
  const size_t features_, most_misses_;
  std::vector<Miss>& misses_;
  std::vector<size_t> rows_;
  std::vector<int32_t> path_;  // distinct features from the root, by bit
  BackgroundTree made_;
};

/// One row through all trees.
class InterventionalShap::Walk {
 public:
  Walk(const InterventionalShap& shap, std::span<const double> row, std::span<double> attributions)
      : shap_(shap), row_(row), attributions_(attributions) {}

  void Run() {
    for (const BackgroundTree& tree : shap_.trees_) {
      tree_ = &tree;
      Visit(tree.tree.nodes.empty() ? ~0 : 0, 0);
    }
  }

 private:
  // Leaves are visited in the order their misses were counted in.
  void Visit(int32_t at, uint64_t failed) {
    if (at < 0) return AddLeaf(static_cast<size_t>(~at), failed);
    const TreeNode& node = tree_->tree.nodes[at];
    const uint8_t place = tree_->bits[at];
    const uint64_t bit = uint64_t{1} << place;
    path_[place] = node.feature;
    const bool left = GoesLeft(tree_->tree, node, row_[node.feature]);
    Visit(node.left, left ? failed : failed | bit);
    Visit(node.right, left ? failed | bit : failed);
  }

  /// With a features that only the background row fails and b that only this row fails, each of the
  /// a gains v (a-1)! b! / (a+b)! and each of the b loses v a! (b-1)! / (a+b)!. A feature that both
  /// fail keeps every coalition from the leaf.
  void AddLeaf(size_t leaf, uint64_t failed) {
    const double value = tree_->tree.leaf_values[leaf] / shap_.rows_;
    const auto b = static_cast<size_t>(std::popcount(failed));
    double loss = 0;
    for (; next_miss_ < tree_->miss_end[leaf]; ++next_miss_) {
      const Miss& miss = shap_.misses_[next_miss_];
      if (miss.failed & failed) continue;
      const auto a = static_cast<size_t>(std::popcount(miss.failed));
      const auto rows = static_cast<double>(miss.rows);
      Add(miss.failed, value * rows * kWeights[a][b]);
      loss += rows * kWeights[b][a];
    }
    Add(failed, -value * loss);
  }

  void Add(uint64_t bits, double amount) {
    for (; bits != 0; bits &= bits - 1) attributions_[path_[std::countr_zero(bits)]] += amount;
  }

  const InterventionalShap& shap_;
  std::span<const double> row_;
  std::span<double> attributions_;
  const BackgroundTree* tree_ = nullptr;
  size_t next_miss_ = 0;
  std::array<int32_t, kPathFeatures> path_{};  // the feature of each bit
};

Result<InterventionalShap> InterventionalShap::Make(const TreeEnsemble& model,
                                                    std::span<const double> background,
                                                    size_t most_misses) {
  InterventionalShap made;
  made.features_ = model.feature_names.size();
  FAIRLINE_CHECK(
      made.features_ > 0 && !background.empty() && background.size() % made.features_ == 0,
      "whole rows, at least one");
  for (size_t at = 0; at < background.size(); at += made.features_) {
    made.base_ += RawScore(model, background.subspan(at, made.features_));
    ++made.rows_;
  }
  made.base_ /= made.rows_;
  Builder builder(background, made.features_, most_misses, made.misses_);
  for (const Tree& tree : model.trees) made.trees_.push_back(FAIRLINE_TRY(builder.Add(tree)));
  return made;
}

void InterventionalShap::Explain(std::span<const double> features,
                                 std::span<double> attributions) const {
  FAIRLINE_CHECK(features.size() == features_ && attributions.size() == features_,
                 "one number per model feature");
  std::ranges::fill(attributions, 0.0);
  Walk(*this, features, attributions).Run();
}

}  // namespace fairline
