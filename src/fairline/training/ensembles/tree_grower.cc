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
  ranks_.clear();
  ranks_.reserve(columns_.size() * rows.size());
  for (const RankedColumn& column : columns_) {
    for (const SampledRow& row : rows) ranks_.push_back(column.ranks[row.row]);
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
      tree.nodes.push_back(NodeOf(*best, here, total));
      const size_t middle = part.begin + Divide(*best, here);
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
// left.
size_t TreeGrower::Divide(const Best& best, std::span<Item> rows) {
  const std::span<const uint32_t> ranks = RanksOf(best.column);
  const size_t missing = columns_[best.column].values.size();
  size_t left = 0;
  divided_.clear();
  for (const Item& item : rows) {
    const uint32_t rank = ranks[item.index];
    if (rank == missing ? best.missing_left : rank <= best.rank) {
      rows[left++] = item;
    } else {
      divided_.push_back(item);
    }
  }
  std::ranges::copy(divided_, rows.begin() + static_cast<std::ptrdiff_t>(left));
  return left;
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
  const std::span<const uint32_t> ranks = RanksOf(column);
  const size_t missing_rank = ranked.values.size();
  keys_.clear();
  Counts missing;
  uint32_t lowest = std::numeric_limits<uint32_t>::max(), highest = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint32_t rank = ranks[rows[i].index];
    if (rank == missing_rank) {
      Add(rows[i], missing);
      continue;
    }
    keys_.push_back(uint64_t{rank} << 32 | i);
    lowest = std::min(lowest, rank);
    highest = std::max(highest, rank);
  }
  if (keys_.empty()) return false;
  if (missing.rows == 0 && !Separable(ranked.values[lowest], ranked.values[highest])) return false;
  SortKeys(column);
  Scan(rows, total, column, keys_.size(), {}, false, best);
  if (missing.rows > 0) Scan(rows, total, column, keys_.size(), missing, true, best);
  return true;
}

void TreeGrower::Scan(std::span<const Item> rows, const Counts& total, size_t column, size_t known,
                      Counts left, bool missing_left, Best& best) {
  const auto rank_of = [&](size_t i) { return static_cast<uint32_t>(keys_[i] >> 32); };
  for (size_t i = 0; i + 1 < known; ++i) {
    Add(rows[static_cast<uint32_t>(keys_[i])], left);
    const uint32_t rank = rank_of(i), next = rank_of(i + 1);
    if (rank != next) Offer(left, total, {0, column, rank, next, missing_left}, best);
  }
  Add(rows[static_cast<uint32_t>(keys_[known - 1])], left);
  if (left.rows == total.rows) return;
  const auto missing = static_cast<uint32_t>(columns_[column].values.size());
  Offer(left, total, {0, column, rank_of(known - 1), missing, missing_left}, best);
}

void TreeGrower::Offer(const Counts& left, const Counts& total, const Best& candidate,
                       Best& best) const {
  const auto l0 = static_cast<double>(left.paid()), l1 = static_cast<double>(left.defaulted());
  const auto t0 = static_cast<double>(total.paid()), t1 = static_cast<double>(total.defaulted());
  const double purity = l1 * t0 - l0 * t1, sides = (l0 + l1) * (t0 + t1 - l0 - l1);
  if (purity * purity <= best.score * sides) return;
  // What is seldom needed comes last: it reads far-away memory.
  if (left.rows < options_.min_leaf || total.rows - left.rows < options_.min_leaf) return;
  const std::vector<float>& values = columns_[candidate.column].values;
  if (candidate.next < values.size() &&
      !Separable(values[candidate.rank], values[candidate.next])) {
    return;
  }
  const double score = purity * purity / sides;
  if (score <= best.score) return;  // the product rounded the other way
  best = candidate;
  best.score = score;
}

// Eight bits of the rank a time, as many as the column's ranks have.
void TreeGrower::SortKeys(size_t column) {
  if (keys_.size() < kFewKeys) {
    std::ranges::sort(keys_);
    return;
  }
  spare_.resize(keys_.size());
  const int bits = std::bit_width(columns_[column].values.size());
  for (int shift = 32; shift < 32 + bits; shift += 8) {
    std::array<uint32_t, 256> starts{};
    for (uint64_t key : keys_) ++starts[key >> shift & 255];
    uint32_t next = 0;
    for (uint32_t& start : starts) next += std::exchange(start, next);
    for (uint64_t key : keys_) spare_[starts[key >> shift & 255]++] = key;
    keys_.swap(spare_);
  }
}

TreeNode TreeGrower::NodeOf(const Best& best, std::span<const Item> rows,
                            const Counts& total) const {
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
  size_t left = 0;
  const std::span<const uint32_t> ranks = RanksOf(best.column);
  for (const Item& item : rows) {
    if (ranks[item.index] == missing) return node;
    left += ranks[item.index] <= best.rank ? item.count : 0;
  }
  // Not known from the sample: missing values go where more of its rows went.
  node.default_left = left > total.rows - left;
  return node;
}

}  // namespace fairline
