// Edit distance with swaps of neighbours (Damerau 1964, "optimal string alignment").
#include "fairline/core/suggest.h"

#include <fmt/format.h>

#include <algorithm>

namespace fairline {
namespace {

constexpr size_t kEditsMax = 2;
// A name this long is not a typing error, and the table is quadratic.
constexpr size_t kNameBytesMax = 256;

size_t EditDistance(std::string_view a, std::string_view b) {
  const size_t width = b.size() + 1;
  std::vector<size_t> table((a.size() + 1) * width);
  const auto at = [&](size_t i, size_t j) -> size_t& { return table[i * width + j]; };
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        at(i, j) = i + j;
        continue;
      }
      const size_t replaced = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return table.back();
}

}  // namespace

std::string DidYouMean(std::string_view name, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  size_t nearest_distance = kEditsMax + 1;
  for (const std::string& candidate : known) {
    const size_t longer = std::max(name.size(), candidate.size());
    const size_t shorter = std::min(name.size(), candidate.size());
    if (longer > kNameBytesMax || longer - shorter > kEditsMax) continue;
    const size_t distance = EditDistance(name, candidate);
    // Two edits turn any name of two letters into any other: that is no resemblance.
    if (distance < nearest_distance && distance < shorter) {
      nearest = &candidate;
      nearest_distance = distance;
    }
  }
  return nearest == nullptr ? "" : fmt::format("; did you mean \"{}\"?", *nearest);
}

}  // namespace fairline
