// QuickScorer's idea (Lucchese et al., SIGIR 2015) with three changes. The child where more
// training rows went comes first, so that a quarter of all tests fail instead of half. What a row's
// bin makes fail is one range of a list, so that nothing is compared. Categories have such ranges
// too.
#include "fairline/models/engine/mask_engine.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>

#include "fairline/models/engine/leaf_order.h"

namespace fairline {
namespace {

constexpr size_t kLeavesPerWord = 32;
// Walks need fewer steps for larger trees.
constexpr size_t kMostLeaves = 2 * kLeavesPerWord;
constexpr size_t kMostFailures = size_t{1} << 22;  // 32 MB

/// What a test that fails leaves of a tree's word.
struct Failure {
  uint32_t word;
  uint32_t kept;
};

struct Range {
  uint32_t begin, end;
};

struct MaskTables {
  std::vector<uint32_t> first_range;  // by key
  std::vector<Range> ranges;          // of failures, for each value of a key
  std::vector<Failure> failures;
  std::vector<uint32_t> first_word;  // by tree
  size_t words = 0;
  std::vector<double> values;  // kLeavesPerWord for each word
};

class TableBuilder {
 public:
  TableBuilder(const TreeEnsemble& model, const FeatureBins& bins, std::span<const BinTest> tests)
      : bins_(bins), tests_of_(bins.keys()) {
    for (const Tree& tree : model.trees) {
      Add(tree, tests.first(tree.nodes.size()));
      tests = tests.subspan(tree.nodes.size());
    }
  }

  /// Nothing when the tables would be too large.
  std::optional<MaskTables> Take() {
    for (size_t key = 0; key < bins_.keys(); ++key) {
      tables_.first_range.push_back(static_cast<uint32_t>(tables_.ranges.size()));
      bins_.IsNumber(key) ? AddNumber(tests_of_[key], bins_.ValuesOf(key))
                          : AddCategories(tests_of_[key], key);
      if (tables_.failures.size() > kMostFailures) return {};
    }
    return std::move(tables_);
  }

 private:
  // A node's test, and what is left of one word when it fails.
  struct Test {
    BinTest test;
    bool fails_left;  // the right child comes first
    Failure failure;
  };

  void Add(const Tree& tree, std::span<const BinTest> own) {
    const LeafOrder order = OrderLeaves(tree, FirstChild::kHeavier);
    const size_t first_word = tables_.words;
    tables_.words += (order.values.size() + kLeavesPerWord - 1) / kLeavesPerWord;
    tables_.first_word.push_back(static_cast<uint32_t>(first_word));
    tables_.values.insert(tables_.values.end(), order.values.begin(), order.values.end());
    tables_.values.resize(tables_.words * kLeavesPerWord);
    for (size_t i = 0; i < own.size(); ++i) {
      for (size_t word = first_word; word < tables_.words; ++word) {
        const size_t first_leaf = (word - first_word) * kLeavesPerWord;
        const uint32_t lost = order.first[i].Bits(first_leaf, kLeavesPerWord);
        if (lost == 0) continue;
        tests_of_[bins_.KeyOf(own[i].slot)].push_back(
            {own[i], order.right_first[i], {static_cast<uint32_t>(word), ~lost}});
      }
    }
  }

  // First the tests that fail up to their limit, then those that fail above it, each by ascending
  // limit: of the first a value makes those at the end fail, of the second those at the beginning.
  void AddNumber(std::vector<Test>& tests, size_t values) {
    std::ranges::stable_sort(tests, {}, [](const Test& test) { return test.test.limit; });
    std::ranges::stable_sort(tests, std::greater(), &Test::fails_left);
    const auto begin = static_cast<uint32_t>(tables_.failures.size());
    uint32_t from = begin, to = begin;
    for (const Test& test : tests) {
      tables_.failures.push_back(test.failure);
      if (test.fails_left) ++to;
    }
    const uint32_t middle = to;
    for (size_t value = 0; value < values; ++value) {
      while (from < middle && tests[from - begin].test.limit < value) ++from;
      while (to - begin < tests.size() && tests[to - begin].test.limit < value) ++to;
      tables_.ranges.push_back({from, to});
    }
  }

  // The categories that no set names share the last one's range.
  void AddCategories(const std::vector<Test>& tests, size_t key) {
    const size_t values = bins_.ValuesOf(key);
    const uint32_t first_slot = bins_.FirstSlotOf(key);
    const std::span<const uint8_t> others = bins_.OutcomesOf(key, values - 1);
    std::vector<Range> ranges(values);
    for (size_t value = values; value-- > 0;) {
      const std::span<const uint8_t> goes_right = bins_.OutcomesOf(key, value);
      if (value + 1 < values && std::ranges::equal(goes_right, others)) {
        ranges[value] = ranges.back();
        continue;
      }
      ranges[value].begin = static_cast<uint32_t>(tables_.failures.size());
      for (const Test& test : tests) {
        const bool right = goes_right[test.test.slot - first_slot] != 0;
        if (right != test.fails_left) tables_.failures.push_back(test.failure);
      }
      ranges[value].end = static_cast<uint32_t>(tables_.failures.size());
    }
    tables_.ranges.insert(tables_.ranges.end(), ranges.begin(), ranges.end());
  }

  const FeatureBins& bins_;
  std::vector<std::vector<Test>> tests_of_;  // by key
  MaskTables tables_;
};

class MaskEngine : public ScoreEngine {
 public:
  MaskEngine(std::shared_ptr<const FeatureBins> bins, MaskTables tables)
      : bins_(std::move(bins)), tables_(std::move(tables)) {}

  std::string_view what() const override { return "masks of leaves"; }

  double RawScore(std::span<const double> row) const override {
    thread_local std::vector<uint16_t> keys;
    thread_local std::vector<Range> ranges;
    thread_local std::vector<uint32_t> words;
    keys.resize(std::max(keys.size(), bins_->keys()));
    ranges.resize(keys.size());
    words.resize(std::max(words.size(), tables_.words));
    bins_->FillKeys(row, keys.data());
    std::fill_n(words.begin(), tables_.words, ~0U);
    RuleOut(keys.data(), ranges.data(), words.data());
    return Sum(words.data());
  }

 private:
  // All ranges are looked up first: how often each loop runs is a surprise every time, and costs
  // least if it is known early.
  void RuleOut(const uint16_t* keys, Range* ranges, uint32_t* words) const {
    const Failure* const failures = tables_.failures.data();
    const size_t count = tables_.first_range.size();
    for (size_t key = 0; key < count; ++key) {
      ranges[key] = tables_.ranges.data()[tables_.first_range.data()[key] + keys[key]];
      __builtin_prefetch(failures + ranges[key].begin);
    }
    for (size_t key = 0; key < count; ++key) {
      const Failure* const end = failures + ranges[key].end;
      for (const Failure* at = failures + ranges[key].begin; at < end; ++at) {
        words[at->word] &= at->kept;
      }
    }
  }

  double Sum(const uint32_t* words) const {
    double sum = 0;
    for (size_t word : tables_.first_word) {
      while (words[word] == 0) ++word;
      const auto leaf = static_cast<size_t>(std::countr_zero(words[word]));
      sum += tables_.values.data()[word * kLeavesPerWord + leaf];
    }
    return sum;
  }

  const std::shared_ptr<const FeatureBins> bins_;
  const MaskTables tables_;
};

}  // namespace

std::unique_ptr<const ScoreEngine> MakeMaskEngine(const TreeEnsemble& model,
                                                  std::shared_ptr<const FeatureBins> bins,
                                                  std::span<const BinTest> tests) {
  const bool small = std::ranges::all_of(
      model.trees, [](const Tree& tree) { return tree.leaf_values.size() <= kMostLeaves; });
  if (!small) return nullptr;
  for (size_t key = 0; key < bins->keys(); ++key) {
    if (bins->ValuesOf(key) > FeatureBins::kMostKeyValues) return nullptr;
  }
  auto tables = TableBuilder(model, *bins, tests).Take();
  if (!tables) return nullptr;
  return std::make_unique<MaskEngine>(std::move(bins), *std::move(tables));
}

}  // namespace fairline
