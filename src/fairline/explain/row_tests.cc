#include "fairline/explain/row_tests.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace fairline {
namespace {

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
  std::vector<uint32_t> order(tests.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](uint32_t test) { return tests[test].slot; });
  for (const uint32_t test : order) {
    if (runs_.empty() || runs_.back().slot != tests[test].slot) {
      limits_.resize((limits_.size() + kBlock - 1) / kBlock * kBlock);
      runs_.push_back({tests[test].slot, static_cast<uint32_t>(limits_.size()), 0});
    }
    places_[test] = static_cast<uint32_t>(limits_.size());
    limits_.push_back(tests[test].limit);
    runs_.back().end = static_cast<uint32_t>(limits_.size());
  }
  limits_.resize((limits_.size() + kBlock - 1) / kBlock * kBlock);
  limits_of_rows_.reserve(rows * limits_.size());
  for (const uint16_t limit : limits_) limits_of_rows_.insert(limits_of_rows_.end(), rows, limit);
}

template <typename Bin>
void RowTests::Fill(const Bin* slots, uint8_t* states) const {
  for (const Run& run : runs_) {
    uint16_t values[kBlock];
    std::fill_n(values, kBlock, slots[run.slot]);
    Compare<kBlock>(values, &limits_[run.begin], states + run.begin, run.end - run.begin);
  }
}

template <typename Bin>
void RowTests::FillRows(const Bin* slots, size_t width, uint8_t* states) const {
  for (const Run& run : runs_) {
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
