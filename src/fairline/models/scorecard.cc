// Sums run over the characteristics in their written order, so a score replays bit for bit.
#include "fairline/models/scorecard.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/check.h"
#include "fairline/core/math.h"

namespace fairline {
namespace {

double PointsOfBin(const Scorecard& scorecard, PointScale scale, double coefficient, double woe) {
  const auto n = static_cast<double>(scorecard.characteristics.size());
  return -(woe * coefficient + scorecard.intercept / n) * scale.factor + scale.offset / n;
}

/// What the bin adds to the log-odds. From whole points it is what they say, less their share of
/// the intercept.
double Contribution(const Scorecard& scorecard, PointScale scale, double coefficient,
                    const ScorecardBin& bin) {
  if (!scorecard.rounded) return coefficient * bin.woe;
  const auto n = static_cast<double>(scorecard.characteristics.size());
  return (scale.offset / n - std::nearbyint(bin.points)) / scale.factor - scorecard.intercept / n;
}

double MeanContribution(const Scorecard& scorecard, PointScale scale,
                        const Characteristic& characteristic) {
  double sum = 0, rows = 0;
  for (const ScorecardBin& bin : characteristic.bins) {
    sum += (bin.good + bin.bad) * Contribution(scorecard, scale, characteristic.coefficient, bin);
    rows += bin.good + bin.bad;
  }
  return sum / rows;
}

size_t IndexOfBin(const Characteristic& characteristic, double value) {
  const auto& bins = characteristic.bins;
  if (characteristic.categorical) {
    const int64_t category = CategoryOf(value);
    for (size_t i = 0; category >= 0 && i < bins.size(); ++i) {
      if (std::ranges::binary_search(bins[i].categories, category)) return i;
    }
  } else if (!std::isnan(value)) {
    const size_t ranges = bins.size() - (bins.back().takes == BinTakes::kMissing ? 1 : 0);
    const auto end = bins.begin() + static_cast<ptrdiff_t>(ranges) - 1;
    const auto found = std::upper_bound(
        bins.begin(), end, value, [](double v, const ScorecardBin& bin) { return v < bin.below; });
    return static_cast<size_t>(found - bins.begin());
  }
  const auto missing = std::ranges::find_if(
      bins, [](const ScorecardBin& bin) { return bin.takes != BinTakes::kValues; });
  return static_cast<size_t>(missing - bins.begin());
}

}  // namespace

PointScale PointScaleOf(const ScoreScale& scale) {
  const double factor = scale.pdo / Log(2);
  return {.factor = factor, .offset = scale.score - factor * Log(scale.odds)};
}

int64_t CategoryOf(double value) {
  constexpr double kCategories = 2147483648.0;
  if (!(value > -1.0 && value < kCategories)) return -1;
  return static_cast<int64_t>(value);
}

const ScorecardBin& BinOf(const Characteristic& characteristic, double value) {
  return characteristic.bins[IndexOfBin(characteristic, value)];
}

double LogOdds(const Scorecard& scorecard, std::span<const double> features) {
  if (scorecard.rounded) {
    const PointScale scale = PointScaleOf(scorecard.scale);
    return (scale.offset - Points(scorecard, features)) / scale.factor;
  }
  double sum = scorecard.intercept;
  for (const Characteristic& characteristic : scorecard.characteristics) {
    sum += characteristic.coefficient * BinOf(characteristic, features[characteristic.feature]).woe;
  }
  return sum;
}

double Points(const Scorecard& scorecard, std::span<const double> features) {
  double sum = 0;
  for (const Characteristic& characteristic : scorecard.characteristics) {
    const double points = BinOf(characteristic, features[characteristic.feature]).points;
    sum += scorecard.rounded ? std::nearbyint(points) : points;
  }
  return sum;
}

void AssignPoints(Scorecard& scorecard) {
  const PointScale scale = PointScaleOf(scorecard.scale);
  for (Characteristic& characteristic : scorecard.characteristics) {
    for (ScorecardBin& bin : characteristic.bins) {
      bin.points = PointsOfBin(scorecard, scale, characteristic.coefficient, bin.woe);
    }
  }
}

double InformationValue(const Characteristic& characteristic) {
  double goods = 0, bads = 0, value = 0;
  for (const ScorecardBin& bin : characteristic.bins) {
    goods += bin.good;
    bads += bin.bad;
  }
  for (const ScorecardBin& bin : characteristic.bins) {
    value += (bin.good / goods - bin.bad / bads) * bin.woe;
  }
  return value;
}

double AttributionOf(const Scorecard& scorecard, const Characteristic& characteristic,
                     const ScorecardBin& bin) {
  const PointScale scale = PointScaleOf(scorecard.scale);
  return Contribution(scorecard, scale, characteristic.coefficient, bin) -
         MeanContribution(scorecard, scale, characteristic);
}

void Attribute(const Scorecard& scorecard, std::span<const double> features,
               std::span<double> attributions) {
  FAIRLINE_CHECK(attributions.size() == scorecard.feature_names.size(), "one per feature");
  std::ranges::fill(attributions, 0.0);
  for (const Characteristic& characteristic : scorecard.characteristics) {
    const ScorecardBin& bin = BinOf(characteristic, features[characteristic.feature]);
    attributions[characteristic.feature] = AttributionOf(scorecard, characteristic, bin);
  }
}

double MeanLogOdds(const Scorecard& scorecard) {
  const PointScale scale = PointScaleOf(scorecard.scale);
  double sum = scorecard.intercept;
  for (const Characteristic& characteristic : scorecard.characteristics) {
    sum += MeanContribution(scorecard, scale, characteristic);
  }
  return sum;
}

}  // namespace fairline
