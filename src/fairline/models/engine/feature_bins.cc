// Searches have no branches that depend on a value: a row's values are as good as random to the
// processor.
#include "fairline/models/engine/feature_bins.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace fairline {
namespace {

/// Turns eight bytes of eight rows over, so that a row's bytes become a byte of each (Hacker's
/// Delight, 7-3, with bytes for bits).
void Transpose(uint64_t (&rows)[8]) {
  constexpr uint64_t kMasks[] = {0x00ff00ff00ff00ff, 0x0000ffff0000ffff, 0x00000000ffffffff};
#pragma GCC unroll 3
  for (unsigned level = 0; level < 3; ++level) {
    const unsigned step = 1U << level;
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; ++i) {
      if ((i & step) != 0) continue;
      const uint64_t differ = (rows[i] >> (8 * step) ^ rows[i + step]) & kMasks[level];
      rows[i + step] ^= differ;
      rows[i] ^= differ << (8 * step);
    }
  }
}

/// What the rows' categories mean for each of `sets` slots. Byte by byte it took longer than all
/// trees of a model that lives on categories.
template <typename Bin>
void FillSets(std::span<const uint8_t* const> outcomes, size_t sets, size_t slot_pitch,
              size_t row_pitch, Bin* slots) {
  constexpr bool kTurns = sizeof(Bin) == 1 && std::endian::native == std::endian::little;
  const size_t turned_rows = kTurns && row_pitch == 1 ? outcomes.size() / 8 * 8 : 0;
  const size_t turned_sets = sets / 8 * 8;
  for (size_t set = 0; set < turned_sets; set += 8) {
    for (size_t row = 0; row < turned_rows; row += 8) {
      uint64_t block[8];
#pragma GCC unroll 8
      for (size_t r = 0; r < 8; ++r) std::memcpy(&block[r], outcomes[row + r] + set, 8);
      Transpose(block);
#pragma GCC unroll 8
      for (size_t s = 0; s < 8; ++s)
        std::memcpy(&slots[(set + s) * slot_pitch + row], &block[s], 8);
    }
  }
  for (size_t row = 0; row < outcomes.size(); ++row) {
    for (size_t set = row < turned_rows ? turned_sets : 0; set < sets; ++set) {
      slots[set * slot_pitch + row * row_pitch] = outcomes[row][set];
    }
  }
}

}  // namespace

uint16_t FeatureBins::Read(const Reading& reading, uint32_t bin, double value) {
  const auto usual = static_cast<uint16_t>(bin);
  const uint16_t seen =
      reading.zero_is_missing && std::abs(value) <= kZeroThreshold ? reading.zero_bin : usual;
  return std::isnan(value) ? reading.nan_bin : seen;
}

uint32_t FeatureBins::CategoryOf(const Categorical& categorical, double value) {
  // False for NaN too. -0.5 is category 0, since LightGBM cuts towards zero.
  const bool known = value > -1.0 && value < categorical.categories;
  return known ? static_cast<uint32_t>(std::max(value, 0.0)) : categorical.categories;
}

template <typename Bin>
void FeatureBins::FillNumbers(std::span<const double> row, Bin* slots) const {
  for (const Numeric& numeric : numerics_) {
    const double value = row[numeric.feature];
    const uint32_t bin = numeric.thresholds.Below(thresholds_.data(), value);
    for (uint32_t slot = numeric.first_slot; slot < numeric.first_slot + numeric.readings; ++slot) {
      slots[slot] = static_cast<Bin>(Read(readings_[slot], bin, value));
    }
  }
}

template <typename Bin>
void FeatureBins::Fill(std::span<const double> row, Bin* slots) const {
  FillNumbers(row, slots);
  for (const Categorical& categorical : categoricals_) {
    const uint32_t category = CategoryOf(categorical, row[categorical.feature]);
    std::copy_n(OutcomesOf(categorical, category), categorical.sets,
                slots + categorical.first_slot);
  }
}

void FeatureBins::FillKeys(std::span<const double> row, uint16_t* keys) const {
  FillNumbers(row, keys);
  keys += readings_.size();
  for (const Categorical& categorical : categoricals_) {
    *keys++ = static_cast<uint16_t>(CategoryOf(categorical, row[categorical.feature]));
  }
}

size_t FeatureBins::KeyOf(uint32_t slot) const {
  if (slot < readings_.size()) return slot;
  const auto behind = std::ranges::upper_bound(categoricals_, slot, {}, &Categorical::first_slot);
  return readings_.size() + static_cast<size_t>(behind - categoricals_.begin()) - 1;
}

size_t FeatureBins::ValuesOf(size_t key) const {
  const size_t highest =
      IsNumber(key) ? readings_[key].highest_bin : categoricals_[key - readings_.size()].categories;
  return highest + 1;
}

std::span<const uint8_t> FeatureBins::OutcomesOf(size_t key, size_t value) const {
  const Categorical& categorical = categoricals_[key - readings_.size()];
  return {OutcomesOf(categorical, value), categorical.sets};
}

uint32_t FeatureBins::FirstSlotOf(size_t key) const {
  return IsNumber(key) ? static_cast<uint32_t>(key)
                       : categoricals_[key - readings_.size()].first_slot;
}

template <typename Bin>
void FeatureBins::FillBlock(const FeatureColumns& rows, size_t first, size_t count,
                            size_t slot_pitch, size_t row_pitch, Bin* slots) const {
  std::array<uint32_t, kBlock> bins;
  std::array<double, kBlock> values{};
  for (const Numeric& numeric : numerics_) {
    const double* column = rows.columns[numeric.feature] + first * rows.stride;
    for (size_t r = 0; r < count; ++r) {
      values[r] = column[r * rows.stride];
      bins[r] = numeric.thresholds.Below(thresholds_.data(), values[r]);
    }
    for (uint32_t slot = numeric.first_slot; slot < numeric.first_slot + numeric.readings; ++slot) {
      for (size_t r = 0; r < count; ++r) {
        slots[slot * slot_pitch + r * row_pitch] =
            static_cast<Bin>(Read(readings_[slot], bins[r], values[r]));
      }
    }
  }
  for (const Categorical& categorical : categoricals_) {
    const double* values = rows.columns[categorical.feature] + first * rows.stride;
    std::array<const uint8_t*, kBlock> outcomes{};
    for (size_t r = 0; r < count; ++r) {
      outcomes[r] = OutcomesOf(categorical, CategoryOf(categorical, values[r * rows.stride]));
    }
    FillSets(std::span(outcomes).first(count), categorical.sets, slot_pitch, row_pitch,
             slots + categorical.first_slot * slot_pitch);
  }
}

template void FeatureBins::Fill(std::span<const double>, uint8_t*) const;
template void FeatureBins::Fill(std::span<const double>, uint16_t*) const;
template void FeatureBins::FillBlock(const FeatureColumns&, size_t, size_t, size_t, size_t,
                                     uint8_t*) const;
template void FeatureBins::FillBlock(const FeatureColumns&, size_t, size_t, size_t, size_t,
                                     uint16_t*) const;

}  // namespace fairline
