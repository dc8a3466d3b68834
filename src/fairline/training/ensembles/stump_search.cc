// Scores are (l1 T0 - l0 T1)^2 / (wl wr), where l is the weight of a class on the left, T in all,
// and w the weight of a side: the decrease of Gini impurity but for a factor that is the same for
// every split. As a function of (l0, l1) it is convex, so over all splits inside a bin it is at
// most its value where the bin's rows of one class have gone left and none of the other. Only bins
// whose bound beats the best split between bins are looked into.
#include "fairline/training/ensembles/stump_search.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace fairline {
namespace {

// Sums of the same weights in another order differ by less.
constexpr double kRounding = 1 + 1e-12;
constexpr size_t kWholeBin = std::numeric_limits<size_t>::max();

// Eight columns a row: a column's sum is next needed only after seven others.
void AddUp(const uint64_t* words, const double* weights, size_t rows, double* sums) {
  for (size_t row = 0; row < rows; ++row) {
    const uint64_t word = words[row];
    const double weight = weights[row];
    sums[0 * 256 + CodeIn(word, 0)] += weight;
    sums[1 * 256 + CodeIn(word, 1)] += weight;
    sums[2 * 256 + CodeIn(word, 2)] += weight;
    sums[3 * 256 + CodeIn(word, 3)] += weight;
    sums[4 * 256 + CodeIn(word, 4)] += weight;
    sums[5 * 256 + CodeIn(word, 5)] += weight;
    sums[6 * 256 + CodeIn(word, 6)] += weight;
    sums[7 * 256 + CodeIn(word, 7)] += weight;
  }
}

double Sum(std::span<const double> weights) {
  double sum = 0;
  for (double weight : weights) sum += weight;
  return sum;
}

}  // namespace

StumpSearch::StumpSearch(Bag& bag, Grower grower) : bag_(bag), grower_(grower) {}

std::optional<Split> StumpSearch::Best(std::span<const double> weights) {
  total_ = {Sum(weights.first(bag_.paid())), Sum(weights.subspan(bag_.paid()))};
  best_ = {};
  doubtful_.clear();
  for (size_t block = 0; block < bag_.columns().blocks(); ++block) {
    for (Histogram& histogram : histograms_) histogram.fill(0);
    const uint64_t* const words = bag_.Block(block);
    AddUp(words, weights.data(), bag_.paid(), histograms_[0].data());
    AddUp(words + bag_.paid(), weights.data() + bag_.paid(), bag_.size() - bag_.paid(),
          histograms_[1].data());
    ScanBlock(block);
  }
  std::erase_if(doubtful_, [&](const Doubtful& doubt) { return doubt.bound <= best_.score; });
  std::ranges::stable_sort(doubtful_, std::ranges::greater(), &Doubtful::bound);
  for (const Doubtful& doubt : doubtful_) {
    if (doubt.bound <= best_.score) break;
    LookInside(doubt, weights);
  }
  if (best_.score < 0) return std::nullopt;
  return Finish();
}

void StumpSearch::ScanBlock(size_t block) {
  const size_t begin = block * kColumnBlock;
  const size_t end = std::min(begin + kColumnBlock, bag_.columns().columns.size());
  for (size_t column = begin; column < end; ++column) {
    const double* const paid = histograms_[0].data() + (column - begin) * 256;
    const double* const defaulted = histograms_[1].data() + (column - begin) * 256;
    ScanColumn(column, paid, defaulted, false);
    if (bag_.ExtentOf(column).missing) ScanColumn(column, paid, defaulted, true);
  }
}

void StumpSearch::ScanColumn(size_t column, const double* paid, const double* defaulted,
                             bool missing_left) {
  const BinnedColumn& binned = bag_.columns().columns[column];
  const Bag::Extent& extent = bag_.ExtentOf(column);
  ClassWeights left;
  if (missing_left) left = {paid[binned.bins], defaulted[binned.bins]};
  double purity = Purity(left), sides = Sides(left);
  // Missing values alone on the right are a split too.
  const size_t splits = extent.last + (extent.missing && !missing_left);
  for (size_t bin = extent.first; bin <= extent.last; ++bin) {
    const ClassWeights before = left;
    const double one_gone = purity - paid[bin] * total_.defaulted;
    const double other_gone = purity + defaulted[bin] * total_.paid;
    left.paid += paid[bin];
    left.defaulted += defaulted[bin];
    const double sides_before = std::exchange(sides, Sides(left));
    purity = Purity(left);
    if (bin < splits) Offer(left, {0, column, bin, kWholeBin, missing_left});
    // Looser than the corners, and cheaper: most bins are done with it.
    const double most = std::max(one_gone * one_gone, other_gone * other_gone) * kRounding;
    if (grower_ == Grower::kExact && binned.HoldsMany(bin) &&
        most > best_.score * std::min(sides, sides_before)) {
      Doubt({0, column, bin, missing_left, before}, {paid[bin], defaulted[bin]});
    }
  }
}

// The two corners: the bin's rows of one class have gone left and none of the other.
void StumpSearch::Doubt(Doubtful doubtful, ClassWeights within) {
  const ClassWeights& left = doubtful.left;
  const ClassWeights one{left.paid + within.paid, left.defaulted};
  const ClassWeights other{left.paid, left.defaulted + within.defaulted};
  doubtful.bound = std::max(Score(one), Score(other)) * kRounding;
  if (doubtful.bound > best_.score) doubtful_.push_back(doubtful);
}

void StumpSearch::Offer(ClassWeights left, const Found& candidate) {
  const double purity = Purity(left);
  if (!(purity * purity > best_.score * Sides(left))) return;
  const double score = Score(left);
  if (score <= best_.score) return;  // the product rounded the other way
  best_ = candidate;
  best_.score = score;
}

void StumpSearch::LookInside(const Doubtful& doubt, std::span<const double> weights) {
  const std::span<const BagValue> rows = bag_.Sorted(doubt.column, doubt.bin);
  ClassWeights left = doubt.left;
  for (size_t i = 0; i + 1 < rows.size(); ++i) {
    (rows[i].row < bag_.paid() ? left.paid : left.defaulted) += weights[rows[i].row];
    if (Separable(rows[i].value, rows[i + 1].value)) {
      Offer(left, {0, doubt.column, doubt.bin, i + 1, doubt.missing_left});
    }
  }
}

// The threshold lies half-way between the bag's own neighbours, wherever the bins were cut.
Split StumpSearch::Finish() {
  const Bag::Extent& extent = bag_.ExtentOf(best_.column);
  const std::span<const BagValue> rows = bag_.Sorted(best_.column, best_.bin);
  Split split{best_.column, best_.bin, std::min(best_.left_of_bin, rows.size()), best_.missing_left,
              std::numeric_limits<double>::infinity()};
  const double lower = rows[split.left_of_bin - 1].value;
  if (split.left_of_bin < rows.size()) {
    split.threshold = (lower + rows[split.left_of_bin].value) / 2;
  } else if (best_.bin < extent.last) {
    size_t next = best_.bin + 1;
    while (bag_.Sorted(split.column, next).empty()) ++next;
    split.threshold = (lower + bag_.Sorted(split.column, next).front().value) / 2;
  } else {
    return split;
  }
  if (!extent.missing) {
    // Not known from the bag: missing values go where more of its rows went.
    size_t left = 0;
    for (size_t row = 0; row < bag_.size(); ++row)
      left += bag_.Code(split.column, row) <= split.bin;
    left -= rows.size() - split.left_of_bin;
    split.missing_left = left > bag_.size() - left;
  }
  return split;
}

}  // namespace fairline
