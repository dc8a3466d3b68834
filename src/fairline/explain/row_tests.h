// What a row does at every node of a model. Many tests at a time are compared with the row: those
// of one slot with its value, and of slots that have few tests each one test with each value.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "fairline/models/engine/feature_bins.h"

namespace fairline {

class RowTests {
 public:
  /// `rows`: how many FillRows takes, 4 or 8.
  RowTests(std::span<const BinTest> tests, size_t rows);

  /// Where the state of each test is.
  std::span<const uint32_t> places() const { return places_; }
  size_t size() const { return limits_.size(); }
  /// `slots`: a row's bins, and room behind them for kBlock more; `states`: size() numbers, 1 where
  /// the row goes left.
  template <typename Bin>
  void Fill(const Bin* slots, uint8_t* states) const;
  /// `slots`: the bins of one row after the other, `width` each, and that room; `states`: for each
  /// test those of the rows side by side.
  template <typename Bin>
  void FillRows(const Bin* slots, size_t width, uint8_t* states) const;

  static constexpr size_t kBlock = 32;

 private:
  // Tests [begin, end), padded to whole blocks: of one slot, or one test of each slot from there
  // on.
  struct Run {
    uint32_t slot;
    bool each_its_own;
    uint32_t begin, end;
  };
  void AddRun(uint32_t slot, bool each_its_own, std::span<const uint32_t> own,
              std::span<const BinTest> tests);
  template <typename Bin>
  void FillOwn(const Run& run, const Bin* slots, uint8_t* states) const;
  template <size_t kRows, typename Bin>
  void FillOwnRows(const Run& run, const Bin* slots, size_t width, uint8_t* states) const;

  const size_t rows_;
  std::vector<Run> runs_;
  std::vector<uint16_t> limits_;
  std::vector<uint16_t> limits_of_rows_;  // each as often as there are rows
  std::vector<uint32_t> places_;
};

}  // namespace fairline
