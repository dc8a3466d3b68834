// The card as Siddiqi prints it. Whole points: what a person adds up.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fairline/models/scorecard.h"

namespace fairline {
namespace {

constexpr size_t kRangeWidth = 34;

std::string RangeOfNumbers(double from, double below) {
  if (std::isinf(from) && std::isinf(below)) return "any value";
  if (std::isinf(from)) return fmt::format("below {:.6g}", below);
  if (std::isinf(below)) return fmt::format("{:.6g} and above", from);
  return fmt::format("{:.6g} to below {:.6g}", from, below);
}

std::string RangeOfCategories(const std::vector<int32_t>& categories) {
  std::string list = fmt::format("{}", fmt::join(categories, ", "));
  if (list.size() <= kRangeWidth) return list;
  return fmt::format("{}, ... ({} categories)", categories.front(), categories.size());
}

std::string RangeOf(const Characteristic& characteristic, const ScorecardBin& bin, double from) {
  const bool others = characteristic.categorical;
  if (bin.takes == BinTakes::kMissing) return others ? "missing, other" : "missing";
  const std::string range =
      others ? RangeOfCategories(bin.categories) : RangeOfNumbers(from, bin.below);
  if (bin.takes == BinTakes::kValues) return range;
  return range + (others ? "; missing, other" : "; missing");
}

double RowsOf(const Characteristic& characteristic) {
  double rows = 0;
  for (const ScorecardBin& bin : characteristic.bins) rows += bin.good + bin.bad;
  return rows;
}

std::string FormatCharacteristic(const Scorecard& scorecard, const Characteristic& characteristic) {
  std::string out = fmt::format("\n{}  (IV {:.3f}, coefficient {:.4f})\n",
                                scorecard.feature_names[characteristic.feature],
                                InformationValue(characteristic), characteristic.coefficient);
  const double total = RowsOf(characteristic);
  double from = -std::numeric_limits<double>::infinity();
  for (const ScorecardBin& bin : characteristic.bins) {
    const double rows = bin.good + bin.bad;
    out +=
        fmt::format("  {:<{}} {:>9.0f} {:>6.1f}% {:>8} {:>8.3f} {:>7.0f}\n",
                    RangeOf(characteristic, bin, from), kRangeWidth + 6, rows, 100 * rows / total,
                    rows > 0 ? fmt::format("{:.2f}%", 100 * bin.bad / rows) : "-", bin.woe,
                    std::nearbyint(bin.points) + 0.0);
    from = bin.below;
  }
  return out;
}

}  // namespace

std::string FormatScorecard(const Scorecard& scorecard) {
  const ScoreScale& scale = scorecard.scale;
  std::string out = fmt::format(
      "Scorecard: {:g} points at odds of {:g} goods to 1 bad, {:g} points double the odds\n"
      "{}\n\n  {:<{}} {:>9} {:>7} {:>8} {:>8} {:>7}\n",
      scale.score, scale.odds, scale.pdo,
      scorecard.rounded ? "The whole points below are added and decide."
                        : "Decisions use the exact log-odds; the points below are rounded.",
      "", kRangeWidth + 6, "rows", "share", "bad rate", "WOE", "points");
  for (const Characteristic& characteristic : scorecard.characteristics) {
    out += FormatCharacteristic(scorecard, characteristic);
  }
  if (!scorecard.left_out.empty()) out += "\nLeft out\n";
  for (const LeftOutFeature& feature : scorecard.left_out) {
    out += fmt::format("  {:<32} {}\n", feature.name, feature.reason);
  }
  return out;
}

}  // namespace fairline
