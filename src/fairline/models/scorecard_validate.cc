// Everything scoring relies on, so that a damaged or hand-edited card is refused by name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "fairline/models/scorecard.h"

namespace fairline {
namespace {

// Within these no product or sum of a card leaves the doubles.
constexpr double kLargest = 1e50, kSmallest = 1e-50;
bool IsSound(double number) { return std::abs(number) <= kLargest; }  // NaN is not
bool IsPositive(double number) { return number >= kSmallest && number <= kLargest; }

class Validator {
 public:
  explicit Validator(const Scorecard& scorecard) : scorecard_(scorecard) {}

  Status Check() const {
    FAIRLINE_TRY(CheckWhole());
    std::set<size_t> features;
    for (const Characteristic& characteristic : scorecard_.characteristics) {
      if (characteristic.feature >= scorecard_.feature_names.size()) {
        return Invalid("a characteristic is none of the features");
      }
      if (!features.insert(characteristic.feature).second) {
        return Invalid(fmt::format("{} is there twice", NameOf(characteristic)));
      }
      if (const std::string fault = FaultOf(characteristic); !fault.empty()) {
        return Invalid(fmt::format("{}: {}", NameOf(characteristic), fault));
      }
    }
    return CheckPoints();
  }

 private:
  Status CheckWhole() const {
    const ScoreScale& scale = scorecard_.scale;
    if (!IsSound(scale.score) || !IsPositive(scale.odds) || !IsPositive(scale.pdo)) {
      return Invalid("the score scale needs a score, and odds and points to double above 0");
    }
    if (!IsSound(scorecard_.intercept)) return Invalid("the intercept is no number of use");
    if (scorecard_.characteristics.empty()) return Invalid("it has no characteristics");
    return {};
  }

  /// A card whose scale was changed or lost must not go on scoring as if it were the old one.
  Status CheckPoints() const {
    Scorecard expected = scorecard_;
    AssignPoints(expected);
    for (size_t c = 0; c < expected.characteristics.size(); ++c) {
      const Characteristic& characteristic = scorecard_.characteristics[c];
      for (size_t i = 0; i < characteristic.bins.size(); ++i) {
        const double said = characteristic.bins[i].points;
        const double points = expected.characteristics[c].bins[i].points;
        if (std::abs(points - said) <= 1e-9 * std::max(1.0, std::abs(points))) continue;
        return Invalid(fmt::format("{}: bin {}: it says {} points where the scale gives {}",
                                   NameOf(characteristic), i + 1, said, points));
      }
    }
    return {};
  }

  static Status Invalid(std::string_view what) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("scorecard: {}", what));
  }

  const std::string& NameOf(const Characteristic& characteristic) const {
    return scorecard_.feature_names[characteristic.feature];
  }

  std::string FaultOf(const Characteristic& characteristic) const {
    if (!IsSound(characteristic.coefficient)) return "the coefficient is no number of use";
    size_t missing = 0;
    double rows = 0;
    for (size_t i = 0; i < characteristic.bins.size(); ++i) {
      const ScorecardBin& bin = characteristic.bins[i];
      missing += bin.takes != BinTakes::kValues;
      rows += bin.good + bin.bad;
      if (bin.takes == BinTakes::kMissing && i + 1 != characteristic.bins.size()) {
        return "the bin of missing values alone is not the last";
      }
      if (!IsSound(bin.woe)) return fmt::format("bin {}: the WOE is no number of use", i + 1);
      if (!(bin.good >= 0) || !(bin.bad >= 0) || !IsSound(bin.good) || !IsSound(bin.bad)) {
        return fmt::format("bin {}: a count of rows is not 0 or more", i + 1);
      }
    }
    if (missing != 1) return fmt::format("{} bins take missing values, one must", missing);
    if (!(rows > 0)) return "no training row fell into its bins";
    return characteristic.categorical ? FaultOfCategories(characteristic)
                                      : FaultOfBounds(characteristic);
  }

  static std::string FaultOfBounds(const Characteristic& characteristic) {
    double last = -std::numeric_limits<double>::infinity();
    for (const ScorecardBin& bin : characteristic.bins) {
      if (!bin.categories.empty()) return "a range of numbers lists categories";
      if (bin.takes == BinTakes::kMissing) continue;
      if (!(bin.below > last)) return "the bounds do not rise";
      last = bin.below;
    }
    return std::isinf(last) && last > 0 ? "" : "the last range has an upper bound";
  }

  static std::string FaultOfCategories(const Characteristic& characteristic) {
    std::set<int32_t> seen;
    for (const ScorecardBin& bin : characteristic.bins) {
      if ((bin.takes == BinTakes::kMissing) != bin.categories.empty()) {
        return "a bin of categories names none, or one of missing values names some";
      }
      for (size_t i = 0; i < bin.categories.size(); ++i) {
        const int32_t category = bin.categories[i];
        if (category < 0) return fmt::format("category {} is below 0", category);
        if (!seen.insert(category).second) {
          return fmt::format("category {} is there twice", category);
        }
        if (i > 0 && category < bin.categories[i - 1]) return "the categories do not rise";
      }
    }
    return {};
  }

  const Scorecard& scorecard_;
};

}  // namespace

Status Scorecard::Validate() const { return Validator(*this).Check(); }

}  // namespace fairline
