// A scorecard: a logistic regression on binned features, which a person can read, check and add up
// with a pencil (Siddiqi, Credit Risk Scorecards, 2006). Conventions: an event is a default; the
// weight of evidence of a bin is ln(its share of the goods / its share of the bads), so a better
// bin has a higher one and a sound coefficient is negative; log-odds are those of default.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/models/score_scale.h"

namespace fairline {

enum class BinTakes { kValues, kMissing, kValuesAndMissing };

/// One bin (in a scorecard's words: an attribute of a characteristic). Exactly one bin of a
/// characteristic takes missing values; a category that no bin names counts as missing, since as
/// little is known of it. Infinities are values and fall in the outermost bins.
struct ScorecardBin {
  BinTakes takes = BinTakes::kValues;
  /// Numeric: values below this and from the bound of the bin before on (left-closed).
  double below = std::numeric_limits<double>::infinity();
  std::vector<int32_t> categories;  // categorical: rising, in no other bin
  double good = 0, bad = 0;         // training rows that fell into it, by their weights
  double woe = 0;
  double points = 0;  // not rounded
};

/// A feature and its bins: numeric ones in the order of their bounds, the last without an upper
/// bound; categorical ones from the least to the most risky; a bin of missing values alone comes
/// last.
struct Characteristic {
  size_t feature = 0;  // index in Scorecard::feature_names
  bool categorical = false;
  double coefficient = 0;
  std::vector<ScorecardBin> bins;
};

/// A feature that training did not use, and why, in words.
struct LeftOutFeature {
  std::string name;
  std::string reason;
};

/// Log-odds of default = intercept + sum of coefficient * woe, one bin per characteristic. Score
/// points = offset - factor * log-odds, shared out evenly where they belong to no bin. With
/// `rounded` the whole points decide: they are added, and the log-odds are read from their sum.
struct Scorecard {
  std::vector<std::string> feature_names;  // a row's numbers, used or not
  std::vector<Characteristic> characteristics;
  double intercept = 0;
  ScoreScale scale;
  bool rounded = false;
  std::vector<LeftOutFeature> left_out;

  /// kInvalidArgument that names the characteristic: bounds out of order, a category twice, numbers
  /// that are not finite, no bin for missing values, points that the scale does not give.
  Status Validate() const;
};

/// What a score scale says of points: they are offset - factor * log-odds.
struct PointScale {
  double factor = 0, offset = 0;
};
PointScale PointScaleOf(const ScoreScale& scale);

/// The category a number stands for, as LightGBM's trees read it: cut towards zero; -1 for missing,
/// negative numbers and those beyond 31 bits.
int64_t CategoryOf(double value);
/// The bin a value falls into.
const ScorecardBin& BinOf(const Characteristic& characteristic, double value);
/// Log-odds of default of a row (one number per feature, NaN missing).
double LogOdds(const Scorecard& scorecard, std::span<const double> features);
/// The row's score in points: higher is better. Whole when the scorecard is rounded.
double Points(const Scorecard& scorecard, std::span<const double> features);

/// Fills the points of every bin: -(woe * coefficient + intercept / n) * factor + offset / n.
void AssignPoints(Scorecard& scorecard);
/// Share of goods and bads told apart: the sum of (good share - bad share) * woe over the bins
/// (Kullback 1951; 0.02 is weak, 0.3 strong).
double InformationValue(const Characteristic& characteristic);

/// What the characteristic's bin adds to the log-odds beyond the mean over the training rows.
double AttributionOf(const Scorecard& scorecard, const Characteristic& characteristic,
                     const ScorecardBin& bin);
/// What each feature adds to the log-odds beyond its mean over the training rows (0 where it is not
/// used), exact: they sum to LogOdds() - MeanLogOdds().
void Attribute(const Scorecard& scorecard, std::span<const double> features,
               std::span<double> attributions);
/// Mean log-odds over the training rows.
double MeanLogOdds(const Scorecard& scorecard);

/// What the field `format` of a scorecard's text says.
inline constexpr std::string_view kScorecardFormat = "fairline_scorecard";

/// The text of a scorecard, JSON (docs/reference/scorecard.md): the same scorecard, the same bytes.
std::string WriteScorecard(const Scorecard& scorecard);
/// kInvalidArgument naming the field at fault, kUnsupported for a newer version.
Result<Scorecard> ParseScorecard(std::string_view text);

/// What a category of a feature is called; none: its number.
using CategoryName = std::function<std::string(size_t feature, int32_t category)>;

/// The card as people print it: `scale`, `rounded`; `characteristics` of `feature`, `coefficient`,
/// `information_value` and `bins`: `range` in words, `rows`, `share` of all, `bad_rate` (absent
/// without rows), `woe`, whole `points`; `left_out`.
Json PrintedScorecard(const Scorecard& scorecard, const CategoryName& name = {});
/// A printed card as text.
std::string FormatScorecard(const Json& printed);

}  // namespace fairline
