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
// Scores of sums that were kept are nearer than this to those of sums made anew, if they are above
// that share of what would be perfect.
constexpr double kNearlyAsGood = 1 - 1e-6;
constexpr double kTellingScore = 1e-7;
constexpr size_t kWholeBin = std::numeric_limits<size_t>::max();

}  // namespace

StumpSearch::StumpSearch(Bag& bag, Grower grower, std::span<const double> weights)
    : bag_(bag), grower_(grower), kept_(bag) {
  kept_.Start(weights);
  for (size_t i = 0; i < bag.half(); ++i) {
    total_.paid += weights[i];
    total_.defaulted += weights[bag.half() + i];
  }
}

void StumpSearch::Follow(const Reweighing& round, std::span<const double> weights) {
  kept_.Follow(round, weights);
  total_ = {round.totals[0], round.totals[1]};
}

// Sums that were kept from round to round have other roundings than sums made anew. They tell in
// which columns the best split may be; which it is, the others tell.
std::optional<Split> StumpSearch::Best(std::span<const double> weights) {
  Begin(kNearlyAsGood);
  for (size_t column = 0; column < reached_.size(); ++column) {
    const auto sums = [&](size_t outcome) { return kept_.Of(outcome, column); };
    ScanColumn(column, {sums(0), sums(1), kept_.Unit(0), kept_.Unit(1)});
  }
  LookInside(weights);
  const double whole = total_.paid + total_.defaulted;
  const double enough = best_.score > kTellingScore * whole * whole ? best_.score * nearly_ : 0;
  const std::vector<double> reached = reached_;
  Begin(1);
  for (size_t column = 0; column < reached.size(); ++column) {
    if (reached[column] < enough) continue;
    AddUp(column, weights);
    ScanColumn(column, {anew_[0].data(), anew_[1].data(), 1, 1});
  }
  LookInside(weights);
  if (best_.score < 0) return std::nullopt;
  return Finish();
}

void StumpSearch::AddUp(size_t column, std::span<const double> weights) {
  for (auto& sums : anew_) sums.fill(0);
  const uint64_t* const words = bag_.Block(column / kColumnBlock);
  const size_t lane = column % kColumnBlock, half = bag_.half();
  double *const paid = anew_[0].data(), *const defaulted = anew_[1].data();
  for (size_t i = 0; i < half; ++i) {
    paid[CodeIn(words[i], lane)] += weights.data()[i];
    defaulted[CodeIn(words[half + i], lane)] += weights.data()[half + i];
  }
}

void StumpSearch::Begin(double nearly) {
  nearly_ = nearly;
  best_ = {};
  reached_.assign(bag_.columns().columns.size(), 0);
  doubtful_.clear();
}

void StumpSearch::ScanColumn(size_t column, const ColumnSums& sums) {
  const auto scan = grower_ == Grower::kExact ? &StumpSearch::Scan<Grower::kExact>
                                              : &StumpSearch::Scan<Grower::kHistogram>;
  (this->*scan)(column, sums, false);
  if (bag_.ExtentOf(column).missing) (this->*scan)(column, sums, true);
}

template <Grower kGrower>
void StumpSearch::Scan(size_t column, const ColumnSums& sums, bool missing_left) {
  const BinnedColumn& binned = bag_.columns().columns[column];
  const Bag::Extent& extent = bag_.ExtentOf(column);
  ClassWeights left;
  if (missing_left) left = sums.Of(binned.bins);
  double purity = Purity(left), sides = Sides(left), low = best_.score * nearly_;
  // Missing values alone on the right are a split too.
  const size_t splits = extent.last + (extent.missing && !missing_left);
  for (size_t bin = extent.first; bin <= extent.last; ++bin) {
    const ClassWeights before = left, here = sums.Of(bin);
    left.paid += here.paid;
    left.defaulted += here.defaulted;
    const double purity_before = std::exchange(purity, Purity(left));
    const double sides_before = std::exchange(sides, Sides(left));
    if (purity * purity > low * sides && bin < splits) {
      Offer(left, {0, column, bin, kWholeBin, missing_left});
      low = best_.score * nearly_;
    }
    if (kGrower == Grower::kHistogram) continue;
    // Looser than the corners, and cheaper: most bins are done with it.
    const double one_gone = purity_before - here.paid * total_.defaulted;
    const double other_gone = purity_before + here.defaulted * total_.paid;
    const double most = std::max(one_gone * one_gone, other_gone * other_gone) * kRounding;
    if (most > low * std::min(sides, sides_before) && binned.HoldsMany(bin)) {
      Doubt({0, column, bin, missing_left, before}, here);
    }
  }
}

// The two corners: the bin's rows of one class have gone left and none of the other.
void StumpSearch::Doubt(Doubtful doubtful, ClassWeights within) {
  const ClassWeights& left = doubtful.left;
  const ClassWeights one{left.paid + within.paid, left.defaulted};
  const ClassWeights other{left.paid, left.defaulted + within.defaulted};
  doubtful.bound = std::max(Score(one), Score(other)) * kRounding;
  if (doubtful.bound > best_.score * nearly_) doubtful_.push_back(doubtful);
}

void StumpSearch::Offer(ClassWeights left, const Found& candidate) {
  const double purity = Purity(left);
  if (!(purity * purity > best_.score * nearly_ * Sides(left))) return;
  const double score = Score(left);
  reached_[candidate.column] = std::max(reached_[candidate.column], score);
  if (score <= best_.score) return;  // nearly as good, or the product rounded the other way
  best_ = candidate;
  best_.score = score;
}

void StumpSearch::LookInside(std::span<const double> weights) {
  const auto done = [&](const Doubtful& doubt) { return doubt.bound <= best_.score * nearly_; };
  std::erase_if(doubtful_, done);
  std::ranges::stable_sort(doubtful_, std::ranges::greater(), &Doubtful::bound);
  for (const Doubtful& doubt : doubtful_) {
    if (done(doubt)) break;
    LookInside(doubt, weights);
  }
}

void StumpSearch::LookInside(const Doubtful& doubt, std::span<const double> weights) {
  const std::span<const BagValue> rows = bag_.Sorted(doubt.column, doubt.bin);
  ClassWeights left = doubt.left;
  for (size_t i = 0; i + 1 < rows.size(); ++i) {
    (rows[i].row < bag_.half() ? left.paid : left.defaulted) += weights[rows[i].row];
    if (Separable(rows[i].value, rows[i + 1].value)) {
      Offer(left, {0, doubt.column, doubt.bin, i + 1, doubt.missing_left});
    }
  }
}

// The threshold lies half-way between the bag's own neighbours, wherever the bins were cut.
Split StumpSearch::Finish() {
  const std::span<const BagValue> rows = bag_.Sorted(best_.column, best_.bin);
  Split split{best_.column, best_.bin, std::min(best_.left_of_bin, rows.size()), best_.missing_left,
              std::numeric_limits<double>::infinity()};
  const double lower = rows[split.left_of_bin - 1].value;
  if (split.left_of_bin < rows.size()) {
    split.threshold = (lower + rows[split.left_of_bin].value) / 2;
  } else if (best_.bin < bag_.ExtentOf(best_.column).last) {
    size_t next = best_.bin + 1;
    while (bag_.Sorted(split.column, next).empty()) ++next;
    split.threshold = (lower + bag_.Sorted(split.column, next).front().value) / 2;
  }
  return split;
}

}  // namespace fairline
