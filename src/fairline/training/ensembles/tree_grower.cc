// The score of a split is (l1 T0 - l0 T1)^2 / (wl wr), where l is the weight of a class on the
// left, T in all and w the weight of a side: the decrease of Gini impurity but for a factor that
// all splits of a node share. Weights are whole numbers, so that no order of adding up matters.
#include "fairline/training/ensembles/tree_grower.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

#include "fairline/models/float32_threshold.h"

namespace fairline {
namespace {

constexpr size_t kFewKeys = 64;  // fewer are sorted by comparing
// Up to so many ranks for a row of the node: rows are added up by rank, not sorted.
constexpr size_t kRanksPerRow = 4;

}  // namespace

TreeGrower::TreeGrower(const std::vector<RankedColumn>& columns, TreeOptions options)
    : columns_(columns), options_(options) {}

// The ranks of the sample's rows only: they fit into a near cache.
void TreeGrower::Take(std::span<const SampledRow> rows) {
  items_.clear();
  for (const SampledRow& row : rows) {
    const uint64_t weight = uint64_t{row.weight} << (row.defaulted ? kDefaulted : 0);
    items_.push_back({weight, row.count, static_cast<uint32_t>(items_.size())});
  }
  ranks_.resize(columns_.size() * rows.size());
  uint32_t* next = ranks_.data();
  for (const RankedColumn& column : columns_) {
    const uint32_t* const ranks = column.ranks.data();
    for (const SampledRow& row : rows) *next++ = ranks[row.row];
  }
  order_.resize(columns_.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
}

Tree TreeGrower::Grow(std::span<const SampledRow> rows, Random& random) {
  Take(rows);
  Tree tree;
  std::vector<Pending> pending{{0, rows.size(), -1, false}};
  while (!pending.empty()) {
    const Pending part = pending.back();
    pending.pop_back();
    const std::span<Item> here(items_.data() + part.begin, part.end - part.begin);
    Counts total;
    for (const Item& item : here) Add(item, total);
    int32_t index = 0;
    if (const std::optional<Best> best = BestSplit(here, total, random)) {
      index = static_cast<int32_t>(tree.nodes.size());
      tree.nodes.push_back(NodeOf(*best, total));
      const size_t middle = part.begin + Divide(*best, here, tree.nodes.back().default_left);
      pending.push_back({middle, part.end, index, false});
      pending.push_back({part.begin, middle, index, true});
    } else {
      index = ~static_cast<int32_t>(tree.leaf_values.size());
      const auto weight = static_cast<double>(total.paid() + total.defaulted());
      tree.leaf_values.push_back(static_cast<double>(total.defaulted()) / weight);
      tree.leaf_covers.push_back(weight);
    }
    if (part.parent < 0) continue;
    TreeNode& parent = tree.nodes[static_cast<size_t>(part.parent)];
    (part.left ? parent.left : parent.right) = index;
  }
  return tree;
}

// Moves the rows of the left side to the front, the others behind them, and tells how many are
// left. Where the sample does not know, missing values go where more of its rows went.
size_t TreeGrower::Divide(const Best& best, std::span<Item> rows, bool& missing_left) {
  const uint32_t* const ranks = RanksOf(best.column).data();
  const size_t missing = columns_[best.column].values.size();
  uint64_t rows_left = 0, rows_right = 0;
  bool knows = false;
  Item* left = rows.data();
  divided_.resize(rows.size());
  Item* right = divided_.data();
  for (const Item& item : rows) {
    const uint32_t rank = ranks[item.index];
    knows |= rank == missing;
    if (rank == missing ? best.missing_left : rank <= best.rank) {
      rows_left += item.count;
      *left++ = item;
    } else {
      rows_right += item.count;
      *right++ = item;
    }
  }
  std::copy(divided_.data(), right, left);
  if (!knows) missing_left = rows_left > rows_right;
  return static_cast<size_t>(left - rows.data());
}

// Columns are drawn without replacement until enough were looked at and one of them can be split.
std::optional<TreeGrower::Best> TreeGrower::BestSplit(std::span<const Item> rows,
                                                      const Counts& total, Random& random) {
  const uint64_t fewest = std::max<uint64_t>(2, 2 * uint64_t{options_.min_leaf});
  if (total.paid() == 0 || total.defaulted() == 0 || total.rows < fewest) return std::nullopt;
  Best best;
  bool varied = false;
  for (size_t i = 0; i < order_.size() && (i < options_.columns || !varied); ++i) {
    std::swap(order_[i], order_[i + random.Below(order_.size() - i)]);
    varied |= ScanColumn(rows, total, order_[i], best);
  }
  if (best.score < 0) return std::nullopt;
  return best;
}

// False if the column is constant in the node.
bool TreeGrower::ScanColumn(std::span<const Item> rows, const Counts& total, size_t column,
                            Best& best) {
  const RankedColumn& ranked = columns_[column];
  const uint32_t* const ranks = RanksOf(column).data();
  const auto missing_rank = static_cast<uint32_t>(ranked.values.size());
  keys_.resize(rows.size());
  uint64_t* next = keys_.data();
  Counts missing;
  uint32_t lowest = std::numeric_limits<uint32_t>::max(), highest = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Item& item = rows.data()[i];
    const uint32_t rank = ranks[item.index];
    if (rank == missing_rank) {
      Add(item, missing);
      continue;
    }
    *next++ = uint64_t{rank} << 32 | i;
    lowest = std::min(lowest, rank);
    highest = std::max(highest, rank);
  }
  keys_.resize(static_cast<size_t>(next - keys_.data()));
  if (keys_.empty()) return false;
  if (missing.rows == 0 && !Separable(ranked.values[lowest], ranked.values[highest])) return false;
  const bool few_ranks = highest - lowest < kRanksPerRow * keys_.size();
  if (few_ranks) {
    AddUpRanks(rows, lowest, highest);
  } else {
    SortKeys(lowest, highest);
  }
  const auto scan = [&](const Counts& left, bool missing_left) {
    if (few_ranks) {
      ScanRanks(total, column, lowest, left, missing_left, best);
    } else {
      ScanKeys(rows, total, column, left, missing_left, best);
    }
  };
  scan({}, false);
  if (missing.rows > 0) scan(missing, true);
  return true;
}

inline void TreeGrower::Offer(const Counts& left, const Counts& total, const Best& candidate,
                              Best& best) const {
  const auto l0 = static_cast<double>(left.paid()), l1 = static_cast<double>(left.defaulted());
  const auto t0 = static_cast<double>(total.paid()), t1 = static_cast<double>(total.defaulted());
  const double purity = l1 * t0 - l0 * t1, sides = (l0 + l1) * (t0 + t1 - l0 - l1);
  if (purity * purity <= best.score * sides) [[likely]]
    return;
  Accept(left, total, candidate, purity * purity / sides, best);
}

// What is seldom needed: it reads far-away memory.
void TreeGrower::Accept(const Counts& left, const Counts& total, const Best& candidate,
                        double score, Best& best) const {
  if (left.rows < options_.min_leaf || total.rows - left.rows < options_.min_leaf) return;
  const std::vector<float>& values = columns_[candidate.column].values;
  if (candidate.next < values.size() &&
      !Separable(values[candidate.rank], values[candidate.next])) {
    return;
  }
  if (score <= best.score) return;  // the product rounded the other way
  best = candidate;
  best.score = score;
}

void TreeGrower::ScanKeys(std::span<const Item> rows, const Counts& total, size_t column,
                          Counts left, bool missing_left, Best& best) const {
  const uint64_t* const keys = keys_.data();
  const auto rank_of = [=](size_t i) { return static_cast<uint32_t>(keys[i] >> 32); };
  const auto item_of = [=](size_t i) { return rows.data()[static_cast<uint32_t>(keys[i])]; };
  const size_t last = keys_.size() - 1;
  for (size_t i = 0; i < last; ++i) {
    Add(item_of(i), left);
    const uint32_t rank = rank_of(i), next = rank_of(i + 1);
    if (rank != next) Offer(left, total, {0, column, rank, next, missing_left}, best);
  }
  Add(item_of(last), left);
  OfferMissing(left, total, {0, column, rank_of(last), 0, missing_left}, best);
}

void TreeGrower::AddUpRanks(std::span<const Item> rows, uint32_t lowest, uint32_t highest) {
  by_rank_.assign(highest - lowest + 1, {});
  Counts* const counts = by_rank_.data();
  for (uint64_t key : keys_)
    Add(rows.data()[static_cast<uint32_t>(key)], counts[(key >> 32) - lowest]);
}

void TreeGrower::ScanRanks(const Counts& total, size_t column, uint32_t lowest, Counts left,
                           bool missing_left, Best& best) const {
  uint32_t rank = lowest;
  const std::span<const Counts> counts = by_rank_;
  Add(counts[0], left);
  for (size_t i = 1; i < counts.size(); ++i) {
    const Counts& here = counts.data()[i];
    if (here.rows == 0) continue;
    const auto next = static_cast<uint32_t>(lowest + i);
    Offer(left, total, {0, column, rank, next, missing_left}, best);
    Add(here, left);
    rank = next;
  }
  OfferMissing(left, total, {0, column, rank, 0, missing_left}, best);
}

// Missing values alone on the right are a split too.
void TreeGrower::OfferMissing(const Counts& left, const Counts& total, Best candidate,
                              Best& best) const {
  if (left.rows == total.rows) return;
  candidate.next = static_cast<uint32_t>(columns_[candidate.column].values.size());
  Offer(left, total, candidate, best);
}

// Eight bits of the rank a time, as many as the node's ranks have above the lowest.
void TreeGrower::SortKeys(uint32_t lowest, uint32_t highest) {
  if (keys_.size() < kFewKeys) {
    std::ranges::sort(keys_);
    return;
  }
  spare_.resize(keys_.size());
  const int bits = std::bit_width(highest - lowest);
  const uint64_t base = uint64_t{lowest} << 32;
  for (int shift = 32; shift < 32 + bits; shift += 8) {
    std::array<uint32_t, 256> starts{};
    for (uint64_t key : keys_) ++starts[(key - base) >> shift & 255];
    uint32_t next = 0;
    for (uint32_t& start : starts) next += std::exchange(start, next);
    for (uint64_t key : keys_) spare_[starts[(key - base) >> shift & 255]++] = key;
    keys_.swap(spare_);
  }
}

TreeNode TreeGrower::NodeOf(const Best& best, const Counts& total) const {
  const RankedColumn& ranked = columns_[best.column];
  const size_t missing = ranked.values.size();
  TreeNode node{.feature = static_cast<int32_t>(best.column),
                .default_left = best.missing_left,
                .missing = MissingType::kNan,
                .threshold = std::numeric_limits<double>::max(),
                .cover = static_cast<double>(total.paid() + total.defaulted())};
  if (best.next < missing) {
    const double lower = ranked.values[best.rank], upper = ranked.values[best.next];
    node.threshold = ThresholdForDoubles((lower + upper) / 2);
  }
  return node;
}

}  // namespace fairline
