#include "fairline/models/monotone/value_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace fairline {
namespace {

constexpr uint32_t kWordBits = 32;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

uint32_t WordsOf(const FeatureCells& feature) {
  return (feature.categories + kWordBits - 1) / kWordBits;
}

/// The number in (low, high] with the fewest digits among those nearest to the middle.
double Roundest(double low, double high) {
  const double middle = low / 2 + high / 2;
  for (int digits = 0; digits < 17; ++digits) {
    const std::string text = fmt::format("{:.{}e}", middle, digits);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (value > low && value <= high) return value == 0 ? 0 : value;
  }
  return high;
}

bool IsZero(double value) { return std::abs(value) <= kZeroThreshold; }

/// Sorted, without repetitions.
void SortCuts(std::vector<double>& cuts) {
  std::ranges::sort(cuts);
  cuts.erase(std::ranges::unique(cuts).begin(), cuts.end());
}

/// Places for the categories up to the highest that is in a set.
uint32_t CategoriesIn(const Tree& tree, const TreeNode& node) {
  for (uint32_t word = node.category_end; word > node.category_begin; --word) {
    const uint32_t bits = tree.category_bits[word - 1];
    if (bits != 0) {
      return (word - node.category_begin) * kWordBits -
             static_cast<uint32_t>(std::countl_zero(bits));
    }
  }
  return 0;
}

/// What the nodes seen so far say of a feature.
struct Kinds {
  bool numeric = false, categorical = false, zero = false, no_zero = false;
};

Result<std::vector<FeatureCells>> CellsOf(const TreeEnsemble& model) {
  std::vector<FeatureCells> features(model.feature_names.size());
  std::vector<Kinds> kinds(features.size());
  for (const Tree& tree : model.trees) {
    for (const TreeNode& node : tree.nodes) {
      FeatureCells& feature = features[node.feature];
      Kinds& kind = kinds[node.feature];
      if (node.categorical) {
        kind.categorical = true;
        feature.categories = std::max(feature.categories, CategoriesIn(tree, node));
      } else {
        kind.numeric = true;
        (node.missing == MissingType::kZero ? kind.zero : kind.no_zero) = true;
        feature.cuts.push_back(node.threshold);
      }
    }
  }
  for (size_t i = 0; i < features.size(); ++i) {
    if ((kinds[i].numeric && kinds[i].categorical) || (kinds[i].zero && kinds[i].no_zero)) {
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("{}: the model reads it in one tree as a number (or zero as missing) "
                              "and in another not; such models cannot be proved monotone",
                              model.feature_names[i]));
    }
    features[i].categorical = kinds[i].categorical;
    features[i].zero_is_missing = kinds[i].zero;
    SortCuts(features[i].cuts);
  }
  return features;
}

CellTest TestOf(const Tree& tree, const TreeNode& node, const FeatureCells& feature) {
  CellTest test{.feature = static_cast<uint32_t>(node.feature), .categorical = node.categorical};
  if (node.categorical) {
    test.set = std::span(tree.category_bits)
                   .subspan(node.category_begin, node.category_end - node.category_begin);
    return test;
  }
  test.missing_left = GoesLeft(tree, node, std::numeric_limits<double>::quiet_NaN());
  test.zero_left = GoesLeft(tree, node, 0.0);
  const auto place = std::ranges::lower_bound(feature.cuts, node.threshold);
  test.left_cells = static_cast<uint32_t>(place - feature.cuts.begin()) + 1;
  return test;
}

uint32_t SetWord(const CellTest& test, size_t word) {
  return word < test.set.size() ? test.set[word] : 0;
}

}  // namespace

std::optional<double> ValueIn(const FeatureCells& feature, uint32_t cell) {
  const auto& cuts = feature.cuts;
  double low = cell == 0 ? -kInfinity : cuts[cell - 1];
  double high = cell == cuts.size() ? kInfinity : cuts[cell];
  if (low == kInfinity) return std::nullopt;
  if (std::isinf(low) && std::isinf(high)) return low < high && !feature.zero_is_missing ? 0 : high;
  // An open cell gets a value about as far out as its border is large.
  if (std::isinf(high)) high = low + std::max(1.0, std::abs(low));
  if (std::isinf(low)) low = high - std::max(1.0, std::abs(high));
  const double value = std::isinf(high) ? high : std::isinf(low) ? low : Roundest(low, high);
  if (!feature.zero_is_missing || !IsZero(value)) return value;
  if (!IsZero(high)) return high;
  const double below_zero = std::nextafter(-kZeroThreshold, -kInfinity);
  if (below_zero > low && below_zero <= high) return below_zero;
  return std::nullopt;
}

Result<ModelCells> ModelCells::Make(const TreeEnsemble& model) {
  ModelCells cells;
  cells.features_ = FAIRLINE_TRY(CellsOf(model));
  for (FeatureCells& feature : cells.features_) {
    feature.first_word = cells.words_;
    if (feature.categorical) cells.words_ += WordsOf(feature);
  }
  for (const Tree& tree : model.trees) {
    std::vector<CellTest>& tests = cells.tests_.emplace_back();
    tests.reserve(tree.nodes.size());
    for (const TreeNode& node : tree.nodes) {
      tests.push_back(TestOf(tree, node, cells.features_[node.feature]));
    }
  }
  return cells;
}

Box ModelCells::Everything() const {
  Box box{.words = std::vector<uint32_t>(words_)};
  for (const FeatureCells& feature : features_) {
    box.ranges.push_back({.end = feature.count(), .zero = feature.zero_is_missing});
    if (!feature.categorical) continue;
    for (uint32_t category = 0; category < feature.categories; ++category) {
      box.words[feature.first_word + category / kWordBits] |= 1U << (category % kWordBits);
    }
  }
  return box;
}

Sides ModelCells::SidesOf(const CellTest& test, const Box& box) const {
  const Box::Range& range = box.ranges[test.feature];
  Sides sides;
  if (test.categorical) {
    const FeatureCells& feature = features_[test.feature];
    sides.right = range.missing;
    for (size_t i = 0; i < WordsOf(feature) && !sides.both(); ++i) {
      const uint32_t word = box.words[feature.first_word + i];
      sides.left |= (word & SetWord(test, i)) != 0;
      sides.right |= (word & ~SetWord(test, i)) != 0;
    }
    return sides;
  }
  sides.left = range.first < std::min(range.end, test.left_cells) ||
               (range.missing && test.missing_left) || (range.zero && test.zero_left);
  sides.right = std::max(range.first, test.left_cells) < range.end ||
                (range.missing && !test.missing_left) || (range.zero && !test.zero_left);
  return sides;
}

void ModelCells::Restrict(const CellTest& test, bool left, Box& box) const {
  Box::Range& range = box.ranges[test.feature];
  if (test.categorical) {
    const FeatureCells& feature = features_[test.feature];
    range.missing = range.missing && !left;
    for (size_t i = 0; i < WordsOf(feature); ++i) {
      box.words[feature.first_word + i] &= left ? SetWord(test, i) : ~SetWord(test, i);
    }
    return;
  }
  range.missing = range.missing && test.missing_left == left;
  range.zero = range.zero && test.zero_left == left;
  if (left) {
    range.end = std::min(range.end, test.left_cells);
  } else {
    range.first = std::max(range.first, test.left_cells);
  }
  range.first = std::min(range.first, range.end);
}

std::vector<double> ModelCells::RowIn(const Box& box) const {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> row;
  for (size_t i = 0; i < features_.size(); ++i) {
    const FeatureCells& feature = features_[i];
    const Box::Range& range = box.ranges[i];
    double value = range.zero ? 0 : kMissing;
    if (feature.categorical) {
      const auto words = std::span(box.words).subspan(feature.first_word, WordsOf(feature));
      const auto word = std::ranges::find_if(words, [](uint32_t bits) { return bits != 0; });
      if (word != words.end()) {
        value = static_cast<double>((word - words.begin()) * kWordBits + std::countr_zero(*word));
      }
    } else if (range.first < range.end) {
      value = ValueIn(feature, range.first + (range.end - range.first - 1) / 2).value_or(value);
    }
    row.push_back(value);
  }
  return row;
}

SavedCells::SavedCells(const ModelCells& cells, const CellTest& test, const Box& box)
    : feature_(test.feature), range_(box.ranges[test.feature]) {
  if (!test.categorical) return;
  const FeatureCells& feature = cells.feature(test.feature);
  first_word_ = feature.first_word;
  const auto begin = box.words.begin() + static_cast<ptrdiff_t>(first_word_);
  words_.assign(begin, begin + WordsOf(feature));
}

void SavedCells::Restore(Box& box) const {
  box.ranges[feature_] = range_;
  std::ranges::copy(words_, box.words.begin() + static_cast<ptrdiff_t>(first_word_));
}

}  // namespace fairline
