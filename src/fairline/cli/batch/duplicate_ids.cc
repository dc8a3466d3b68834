#include "fairline/cli/batch/duplicate_ids.h"

#include <functional>

#include "fairline/core/limits.h"

namespace fairline {

bool DuplicateIds::Add(std::string_view id) {
  constexpr size_t kSlots = 2 * limits::kWatchedIds;
  static_assert((kSlots & (kSlots - 1)) == 0, "a power of two");
  if (id.empty()) return false;
  if (slots_.empty()) slots_.resize(kSlots);
  const uint64_t hash = std::hash<std::string_view>()(id) | 1;
  size_t slot = (hash >> 1) & (kSlots - 1);
  while (slots_[slot] != 0) {
    if (slots_[slot] == hash) return true;
    slot = (slot + 1) & (kSlots - 1);
  }
  if (used_ == limits::kWatchedIds) return false;
  slots_[slot] = hash;
  ++used_;
  return false;
}

}  // namespace fairline
