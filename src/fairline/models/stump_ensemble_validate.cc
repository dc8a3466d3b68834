// Everything scoring relies on, so that a damaged or hand-edited ensemble is refused by name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "fairline/core/limits.h"
#include "fairline/models/stump_ensemble.h"

namespace fairline {
namespace {

// No sum of votes within the limits comes near the end of the doubles.
constexpr double kLargestVote = 1e100;

/// Empty when there is none.
std::string FaultOf(const Stump& stump, size_t features) {
  if (stump.feature < -1 || std::cmp_greater_equal(stump.feature, features)) {
    return fmt::format("feature {} is none of the {} features, nor -1", stump.feature, features);
  }
  if (!std::isfinite(stump.threshold)) return "the threshold is not a number";
  for (const double vote : {stump.left_vote, stump.right_vote}) {
    if (!(std::abs(vote) <= kLargestVote)) {
      return fmt::format("{} is no vote, which has at most {}", vote, kLargestVote);
    }
  }
  for (const double cover : {stump.left_cover, stump.right_cover}) {
    if (!(cover >= 0) || !std::isfinite(cover)) return "a count of rows is not 0 or more";
  }
  return {};
}

template <typename... Parts>
auto Invalid(fmt::format_string<Parts...> text, Parts&&... parts) {
  return Fail(ErrorCode::kInvalidArgument,
              "ensemble: " + fmt::format(text, std::forward<Parts>(parts)...));
}

Status CheckNames(const std::vector<std::string>& names) {
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) return Invalid("the feature \"{}\" is there twice", name);
  }
  return {};
}

Status CheckCount(std::string_view what, size_t count, size_t most) {
  if (count == 0) return Invalid("it has no {}", what);
  if (count <= most) return {};
  return Fail(ErrorCode::kTooLarge,
              fmt::format("ensemble: {} {} are more than {}", count, what, most));
}

}  // namespace

Status StumpEnsemble::Validate() const {
  FAIRLINE_TRY(CheckCount("features", feature_names.size(), limits::kColumns));
  FAIRLINE_TRY(CheckNames(feature_names));
  FAIRLINE_TRY(CheckCount("bags", bags.size(), limits::kTrees));
  for (size_t b = 0; b < bags.size(); ++b) {
    const auto& stumps = bags[b].stumps;
    FAIRLINE_TRY(CheckCount(fmt::format("stumps in bags[{}]", b), stumps.size(), limits::kTrees));
    for (size_t i = 0; i < stumps.size(); ++i) {
      const std::string fault = FaultOf(stumps[i], feature_names.size());
      if (!fault.empty()) return Invalid("bags[{}]: stump {}: {}", b, i + 1, fault);
    }
  }
  return {};
}

}  // namespace fairline
