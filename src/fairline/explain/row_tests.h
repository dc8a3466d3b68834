// What a row does at every node of a model. The tests of one slot stand side by side, so that they
// are compared with the row's value many at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/models/engine/feature_bins.h"

namespace fairline {

class RowTests {
 public:
  /// `rows`: how many FillRows takes; divides kBlock.
  RowTests(std::span<const BinTest> tests, size_t rows);

  /// Where the state of each test is.
  std::span<const uint32_t> places() const { return places_; }
  size_t size() const { return limits_.size(); }
  /// `slots`: a row's bins; `states`: size() numbers, 1 where the row goes left.
  template <typename Bin>
  void Fill(const Bin* slots, uint8_t* states) const;
  /// `slots`: the bins of one row after the other, `width` each; `states`: for each test those of
  /// the rows side by side.
  template <typename Bin>
  void FillRows(const Bin* slots, size_t width, uint8_t* states) const;

 private:
  static constexpr size_t kBlock = 32;  // each slot's tests are padded to whole blocks
  struct Run {
    uint32_t slot, begin, end;
  };
  const size_t rows_;
  std::vector<Run> runs_;
  std::vector<uint16_t> limits_;
  std::vector<uint16_t> limits_of_rows_;  // each as often as there are rows
  std::vector<uint32_t> places_;
};

}  // namespace fairline
