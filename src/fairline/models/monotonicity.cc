// Steps from one cell of the feature to the next, and for each the trees that tell the two apart.
#include "fairline/models/monotonicity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "fairline/models/monotone/fall_search.h"

namespace fairline {
namespace {

/// A step, the trees that test the feature between its two cells and the nodes that do.
struct Step {
  FeatureStep cells;
  double lower_value = 0, upper_value = 0;
  std::map<size_t, std::vector<int32_t>> nodes;  // by tree
};

/// What rounding can take from a sum: an upper bound of the error of two raw scores and of the sum
/// of their trees' differences. Each is below n u / (1 - n u) times the sum of the magnitudes
/// (Higham, Accuracy and Stability of Numerical Algorithms, 2002, 4.2); the factor has room.
double RoundingMargin(const TreeEnsemble& model) {
  double magnitude = 0;
  for (const Tree& tree : model.trees) {
    double largest = 0;
    for (const double value : tree.leaf_values) largest = std::max(largest, std::abs(value));
    magnitude += largest;
  }
  constexpr double kUnit = std::numeric_limits<double>::epsilon() / 2;
  return 8 * static_cast<double>(model.trees.size() + 1) * kUnit * magnitude;
}

class Checker {
 public:
  Checker(const TreeEnsemble& model, ModelCells cells, size_t feature, Direction direction,
          int64_t budget)
      : model_(model),
        cells_(std::move(cells)),
        feature_(feature),
        sign_(direction == Direction::kIncreasing ? 1 : -1),
        margin_(RoundingMargin(model)),
        budget_{budget} {
    for (const Tree& tree : model.trees) bounds_.emplace_back(tree);
  }

  Monotonicity Check() {
    const std::vector<Step> open = StepsThatMayFall();
    if (open.empty()) return {};
    double bound = 0;
    for (const bool thorough : {false, true}) {
      bound = 0;
      for (size_t i = 0; i < open.size(); ++i) {
        if (thorough && found_) break;
        // Each step gets its share of what is left, so that none starves the others.
        StepBudget share{budget_.left / static_cast<int64_t>(open.size() - i)};
        budget_.left -= share.left;
        bound += Search(open[i], thorough, share);  // two values may be many steps apart
        budget_.left += share.left;
      }
    }
    if (found_) {
      return {.verdict = MonotonicityVerdict::kRefuted, .counterexample = Widened(*found_)};
    }
    if (bound == 0) return {};
    return {.verdict = MonotonicityVerdict::kUndecided, .bound = -bound};
  }

 private:
  double Scored(const std::vector<double>& row) const { return sign_ * RawScore(model_, row); }

  /// A step per pair of neighbouring cells that hold a value.
  std::vector<Step> Steps() const {
    const FeatureCells& cells = cells_.feature(feature_);
    std::vector<Step> steps;
    std::vector<size_t> step_of_cut(cells.cuts.size());
    std::optional<double> last;
    uint32_t last_cell = 0;
    for (uint32_t cell = 0; cell < cells.count(); ++cell) {
      const std::optional<double> value = ValueIn(cells, cell);
      if (value && last) {
        const FeatureStep between{static_cast<uint32_t>(feature_), last_cell, cell, sign_};
        steps.push_back({between, *last, *value, {}});
      }
      if (value) last = value, last_cell = cell;
      if (cell < step_of_cut.size()) step_of_cut[cell] = steps.size();
    }
    for (size_t tree = 0; tree < model_.trees.size(); ++tree) {
      const auto tests = cells_.tests(tree);
      for (size_t node = 0; node < tests.size(); ++node) {
        if (tests[node].feature != feature_) continue;
        const size_t step = step_of_cut[tests[node].left_cells - 1];
        if (step < steps.size()) steps[step].nodes[tree].push_back(static_cast<int32_t>(node));
      }
    }
    return steps;
  }

  StepOfTree TreeAt(const Step& step, size_t tree, StepBudget& budget) const {
    return {model_.trees[tree],
            cells_.tests(tree),
            bounds_[tree],
            step.nodes.at(tree),
            cells_,
            step.cells,
            budget};
  }

  /// Where each tree by itself does not fall, neither does the sum, however it is rounded.
  std::vector<Step> StepsThatMayFall() {
    std::vector<Step> steps = Steps();
    std::erase_if(steps, [&](const Step& step) {
      return std::ranges::none_of(
          step.nodes, [&](const auto& tree) { return TreeAt(step, tree.first, budget_).Falls(); });
    });
    return steps;
  }

  /// Gives the bound of the step.
  double Search(const Step& step, bool thorough, StepBudget& budget) {
    std::vector<DifferenceTree> trees;
    for (const auto& [tree, nodes] : step.nodes) {
      trees.push_back(TreeAt(step, tree, budget).Build());
    }
    FallSearch search(
        cells_, trees, margin_, [&](const Box& box) { return Try(step, box); }, budget);
    search.Start();
    if (thorough) search.Run();
    return search.bound();
  }

  bool Try(const Step& step, const Box& box) {
    Counterexample rows;
    rows.low_row = cells_.RowIn(box);
    rows.high_row = rows.low_row;
    rows.low_row[feature_] = step.lower_value;
    rows.high_row[feature_] = step.upper_value;
    rows.low_score = RawScore(model_, rows.low_row);
    rows.high_score = RawScore(model_, rows.high_row);
    if (Fall(rows) <= 0) return false;
    if (!found_ || Fall(rows) > Fall(*found_)) found_ = std::move(rows);
    return true;
  }

  double Fall(const Counterexample& rows) const {
    return sign_ * (rows.low_score - rows.high_score);
  }

  /// With the others as they are, the two values of the feature between which the score falls most.
  Counterexample Widened(Counterexample rows) const {
    constexpr uint32_t kMostCells = 4096;  // each is a row to score
    const FeatureCells& cells = cells_.feature(feature_);
    if (cells.count() > kMostCells) return rows;
    Counterexample widest = rows;
    rows.low_score = -sign_ * std::numeric_limits<double>::infinity();
    for (uint32_t cell = 0; cell < cells.count(); ++cell) {
      const std::optional<double> value = ValueIn(cells, cell);
      if (!value) continue;
      rows.high_row[feature_] = *value;
      rows.high_score = RawScore(model_, rows.high_row);
      if (Fall(rows) > Fall(widest)) widest = rows;
      if (Fall(rows) < 0) {
        rows.low_row = rows.high_row;
        rows.low_score = rows.high_score;
      }
    }
    return widest;
  }

  const TreeEnsemble& model_;
  ModelCells cells_;
  std::vector<SubtreeBounds> bounds_;
  size_t feature_;
  double sign_;
  double margin_;
  StepBudget budget_;
  std::optional<Counterexample> found_;  // the one that falls most
};

}  // namespace

std::string_view DirectionName(Direction direction) {
  return direction == Direction::kIncreasing ? "increasing" : "decreasing";
}

Result<Direction> ParseDirection(std::string_view name) {
  for (const Direction direction : {Direction::kIncreasing, Direction::kDecreasing}) {
    if (name == DirectionName(direction)) return direction;
  }
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" is not a direction: increasing or decreasing", name));
}

std::string_view MonotonicityVerdictName(MonotonicityVerdict verdict) {
  static constexpr std::string_view kNames[] = {"proved", "refuted", "undecided"};
  return kNames[static_cast<size_t>(verdict)];
}

Result<Monotonicity> CheckMonotonicity(const TreeEnsemble& model, size_t feature,
                                       Direction direction, int64_t budget) {
  if (feature >= model.feature_names.size()) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("the model has no feature {}", feature));
  }
  ModelCells cells = FAIRLINE_TRY(ModelCells::Make(model));
  if (cells.feature(feature).categorical) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: the model splits it as categories, which have no order",
                            model.feature_names[feature]));
  }
  return Checker(model, std::move(cells), feature, direction, budget).Check();
}

std::vector<size_t> FeaturesThatTell(const TreeEnsemble& model, const Counterexample& rows) {
  std::set<size_t> features;
  for (const Tree& tree : model.trees) {
    if (LeafOf(tree, rows.low_row) == LeafOf(tree, rows.high_row)) continue;
    for (const auto* row : {&rows.low_row, &rows.high_row}) {
      for (int32_t child = 0; child >= 0;) {
        const TreeNode& node = tree.nodes[child];
        features.insert(static_cast<size_t>(node.feature));
        child = GoesLeft(tree, node, (*row)[node.feature]) ? node.left : node.right;
      }
    }
  }
  return {features.begin(), features.end()};
}

Result<Monotonicity> CheckMonotonicity(const Model& model, size_t feature, Direction direction) {
  return std::visit([&](const auto& each) { return CheckMonotonicity(each, feature, direction); },
                    model);
}

std::vector<size_t> FeaturesThatTell(const Model& model, const Counterexample& rows) {
  if (const auto* trees = std::get_if<TreeEnsemble>(&model)) return FeaturesThatTell(*trees, rows);
  std::set<size_t> used;
  if (const auto* ensemble = std::get_if<StumpEnsemble>(&model)) {
    for (const StumpBag& bag : ensemble->bags) {
      for (const Stump& stump : bag.stumps) {
        if (stump.feature >= 0) used.insert(static_cast<size_t>(stump.feature));
      }
    }
  } else {
    for (const Characteristic& each : std::get<Scorecard>(model).characteristics) {
      used.insert(each.feature);
    }
  }
  return {used.begin(), used.end()};
}

}  // namespace fairline
