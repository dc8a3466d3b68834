#include "fairline/explain/row_tests.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace fairline {
namespace {

// A block for less tests of a slot than these would mostly be padding.
constexpr size_t kFewTests = 8;

/// Whether each value is at most the limit beside it, for whole blocks.
template <size_t kBlock>
void Compare(const uint16_t* values, const uint16_t* limits, uint8_t* results, size_t count) {
  for (size_t block = 0; block < count; block += kBlock) {
    // Into a place of its own, which the limits cannot alias: so it is compiled to vectors.
    uint8_t within[kBlock];
    for (size_t i = 0; i < kBlock; ++i) within[i] = values[i] <= limits[block + i] ? 1 : 0;
    std::memcpy(results + block, within, kBlock);
  }
}

}  // namespace

RowTests::RowTests(std::span<const BinTest> tests, size_t rows)
    : rows_(rows), places_(tests.size()) {
  std::vector<std::vector<uint32_t>> of_slot;
  for (uint32_t test = 0; test < tests.size(); ++test) {
    of_slot.resize(std::max<size_t>(of_slot.size(), tests[test].slot + 1));
    of_slot[tests[test].slot].push_back(test);
  }
  for (uint32_t slot = 0; slot < of_slot.size(); ++slot) {
    if (of_slot[slot].size() >= kFewTests) AddRun(slot, false, of_slot[slot], tests);
  }
  for (size_t nth = 0; nth < kFewTests; ++nth) {
    std::vector<uint32_t> own;
    for (uint32_t slot = 0; slot <= of_slot.size(); ++slot) {
      const size_t count = slot < of_slot.size() ? of_slot[slot].size() : 0;
      if (nth < count && count < kFewTests) {
        own.push_back(of_slot[slot][nth]);
      } else if (!own.empty()) {
        AddRun(slot - static_cast<uint32_t>(own.size()), true, own, tests);
        own.clear();
      }
    }
  }
  limits_of_rows_.reserve(rows * limits_.size());
  for (const uint16_t limit : limits_) limits_of_rows_.insert(limits_of_rows_.end(), rows, limit);
}

void RowTests::AddRun(uint32_t slot, bool each_its_own, std::span<const uint32_t> own,
                      std::span<const BinTest> tests) {
  const auto begin = static_cast<uint32_t>(limits_.size());
  for (const uint32_t test : own) {
    places_[test] = static_cast<uint32_t>(limits_.size());
    limits_.push_back(tests[test].limit);
  }
  runs_.push_back({slot, each_its_own, begin, static_cast<uint32_t>(limits_.size())});
  limits_.resize((limits_.size() + kBlock - 1) / kBlock * kBlock);
}

template <size_t kRows, typename Bin>
void RowTests::FillOwnRows(const Run& run, const Bin* slots, size_t width, uint8_t* states) const {
  for (size_t begin = run.begin; begin < run.end; begin += kBlock) {
    uint8_t within[kRows][kBlock];
    for (size_t row = 0; row < kRows; ++row) {
      uint16_t values[kBlock];
      const Bin* own = slots + row * width + run.slot + (begin - run.begin);
      for (size_t i = 0; i < kBlock; ++i) values[i] = own[i];
      Compare<kBlock>(values, &limits_[begin], within[row], kBlock);
    }
    // Bytes side by side are the bytes of a word, lowest first: only x86 comes here.
    using Word = std::conditional_t<kRows == 8, uint64_t, uint32_t>;
    Word beside[kBlock] = {};
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t i = 0; i < kBlock; ++i) beside[i] |= Word{within[row][i]} << (8 * row);
    }
    std::memcpy(states + begin * kRows, beside, sizeof beside);
  }
}

template <typename Bin>
void RowTests::FillOwn(const Run& run, const Bin* slots, uint8_t* states) const {
  for (size_t begin = run.begin; begin < run.end; begin += kBlock) {
    uint16_t values[kBlock];
    const Bin* own = slots + run.slot + (begin - run.begin);
    for (size_t i = 0; i < kBlock; ++i) values[i] = own[i];
    Compare<kBlock>(values, &limits_[begin], states + begin, kBlock);
  }
}

template <typename Bin>
void RowTests::Fill(const Bin* slots, uint8_t* states) const {
  for (const Run& run : runs_) {
    if (run.each_its_own) {
      FillOwn(run, slots, states);
      continue;
    }
    uint16_t values[kBlock];
    std::fill_n(values, kBlock, slots[run.slot]);
    Compare<kBlock>(values, &limits_[run.begin], states + run.begin, run.end - run.begin);
  }
}

template <typename Bin>
void RowTests::FillRows(const Bin* slots, size_t width, uint8_t* states) const {
  for (const Run& run : runs_) {
    if (run.each_its_own) {
      rows_ == 8 ? FillOwnRows<8>(run, slots, width, states)
                 : FillOwnRows<4>(run, slots, width, states);
      continue;
    }
    uint16_t values[kBlock];
    for (size_t i = 0; i < kBlock; ++i) values[i] = slots[i % rows_ * width + run.slot];
    const size_t begin = run.begin * rows_;
    Compare<kBlock>(values, &limits_of_rows_[begin], states + begin, run.end * rows_ - begin);
  }
}

template void RowTests::Fill(const uint8_t*, uint8_t*) const;
template void RowTests::Fill(const uint16_t*, uint8_t*) const;
template void RowTests::FillRows(const uint8_t*, size_t, uint8_t*) const;
template void RowTests::FillRows(const uint16_t*, size_t, uint8_t*) const;

}  // namespace fairline
