#include "fairline/explain/row_tests.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace fairline {

RowTests::RowTests(std::span<const BinTest> tests) : places_(tests.size()) {
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
}

template <typename Bin>
void RowTests::Fill(const Bin* slots, uint8_t* states) const {
  const uint16_t* limits = limits_.data();
  for (const Run& run : runs_) {
    const uint16_t value = slots[run.slot];
    for (uint32_t block = run.begin; block < run.end; block += kBlock) {
      // Into a place of its own, which the limits cannot alias: so it is compiled to vectors.
      uint8_t left[kBlock];
      for (uint32_t i = 0; i < kBlock; ++i) left[i] = value <= limits[block + i] ? 1 : 0;
      std::memcpy(states + block, left, kBlock);
    }
  }
}

template void RowTests::Fill(const uint8_t*, uint8_t*) const;
template void RowTests::Fill(const uint16_t*, uint8_t*) const;

}  // namespace fairline
