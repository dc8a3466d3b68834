// Binning each feature is independent work; everything after it runs in one written order.
#include "fairline/training/scorecard/train_scorecard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "fairline/training/scorecard/bin_feature.h"
#include "fairline/training/scorecard/encoded_rows.h"
#include "fairline/training/scorecard/woe_regression.h"

namespace fairline {
namespace {

struct Candidate {
  Characteristic characteristic;
  double information_value = 0;
  WoeColumn column;
};

std::unexpected<Error> Invalid(std::string what) {
  return Fail(ErrorCode::kInvalidArgument, "scorecard: " + std::move(what));
}

Status CheckOptions(const ScorecardOptions& options, const std::vector<std::string>& names) {
  const auto within = [](double value, double low, double high) {
    return value >= low && value <= high;
  };
  if (!within(options.prebin_share, 0.001, 0.5)) return Invalid("prebin_share is not 0.001 to 0.5");
  if (!within(options.min_bin_share, 0, 0.5)) return Invalid("min_bin_share is not 0 to 0.5");
  if (options.min_bin_outcomes < 1) return Invalid("min_bin_outcomes is below 1");
  if (!(options.max_p_value > 0)) return Invalid("max_p_value is not above 0");
  if (!(options.min_information_value >= 0)) return Invalid("min_information_value is below 0");
  if (!within(options.max_correlation, 0, 1)) return Invalid("max_correlation is not 0 to 1");
  if (!(options.l2 >= 0) || !std::isfinite(options.l2)) return Invalid("l2 is not 0 or more");
  const ScoreScale& scale = options.scale;
  if (!std::isfinite(scale.score) || !(scale.odds > 0) || !std::isfinite(scale.odds) ||
      !(scale.pdo > 0) || !std::isfinite(scale.pdo)) {
    return Invalid("the score scale needs a score, and odds and points to double above 0");
  }
  for (const auto& [name, trend] : options.trends) {
    if (std::ranges::find(names, name) == names.end()) {
      return Invalid(fmt::format("a trend is given for {}, which is no feature", name));
    }
  }
  return {};
}

Status CheckRows(const EncodedMatrix& matrix, std::span<const double> outcomes,
                 std::span<const double> weights) {
  if (outcomes.size() != matrix.rows) return Invalid("each row needs one outcome");
  if (!weights.empty() && weights.size() != matrix.rows)
    return Invalid("each row needs one weight");
  for (size_t row = 0; row < weights.size(); ++row) {
    if (!(weights[row] > 0) || !std::isfinite(weights[row])) {
      return Invalid(fmt::format("the weight of row {} is not above 0", row + 1));
    }
  }
  for (size_t row = 0; row < outcomes.size(); ++row) {
    if (outcomes[row] != 0 && outcomes[row] != 1) {
      return Invalid(fmt::format("the outcome of row {} is neither 0 nor 1", row + 1));
    }
  }
  if (std::ranges::count(outcomes, 1) == 0 || std::ranges::count(outcomes, 0) == 0) {
    return Invalid("all rows have the same outcome");
  }
  return {};
}

class Training {
 public:
  Training(const EncodedMatrix& matrix, std::span<const double> outcomes,
           std::span<const double> weights, const ScorecardOptions& options,
           const Progress& progress)
      : matrix_(matrix),
        outcomes_(outcomes),
        weights_(weights),
        options_(options),
        progress_(progress) {
    card_.feature_names = matrix.names;
    card_.scale = options.scale;
    card_.rounded = options.rounded;
  }

  Result<Scorecard> Run() {
    FAIRLINE_TRY(BinFeatures());
    KeepInformative();
    FAIRLINE_TRY(KeepUncorrelated());
    FAIRLINE_TRY(Fit());
    std::ranges::sort(card_.characteristics, {}, &Characteristic::feature);
    AssignPoints(card_);
    FAIRLINE_TRY(card_.Validate());
    return std::move(card_);
  }

 private:
  FeatureColumn ColumnOf(size_t feature) const {
    return {
        .values = std::span(matrix_.values).subspan(feature),
        .stride = matrix_.columns(),
        .categorical = std::ranges::find(matrix_.categorical, feature) != matrix_.categorical.end(),
        .outcomes = outcomes_,
        .weights = weights_};
  }

  BinRules RulesOf(size_t feature) const {
    const auto named = options_.trends.find(matrix_.names[feature]);
    return {.trend = named == options_.trends.end() ? options_.trend : named->second,
            .min_rows = options_.min_bin_share * static_cast<double>(matrix_.rows),
            .min_outcomes = options_.min_bin_outcomes,
            .max_p_value = options_.max_p_value};
  }

  Status BinFeatures() {
    candidates_.resize(matrix_.columns());
    std::mutex reporting;
    size_t done = 0;
    return ParallelFor(matrix_.columns(), options_.threads, [&](size_t feature) -> Status {
      FAIRLINE_TRY(progress_.CheckCancelled());
      Candidate& candidate = candidates_[feature];
      candidate.characteristic =
          BinFeature(feature, ColumnOf(feature), options_.prebin_share, RulesOf(feature));
      candidate.information_value = InformationValue(candidate.characteristic);
      if (candidate.information_value >= options_.min_information_value) {
        candidate.column = EncodeColumn(matrix_, candidate.characteristic);
      }
      const std::lock_guard lock(reporting);
      progress_.Report("binning",
                       static_cast<double>(++done) / static_cast<double>(matrix_.columns()));
      return {};
    });
  }

  void LeaveOut(const Candidate& candidate, std::string reason) {
    card_.left_out.push_back(
        {.name = matrix_.names[candidate.characteristic.feature], .reason = std::move(reason)});
  }

  void KeepInformative() {
    std::erase_if(candidates_, [&](const Candidate& candidate) {
      if (candidate.information_value >= options_.min_information_value &&
          candidate.information_value > 0) {
        return false;
      }
      LeaveOut(candidate, fmt::format("information value {:.4f} is below {:g}",
                                      candidate.information_value, options_.min_information_value));
      return true;
    });
    std::ranges::stable_sort(candidates_, std::ranges::greater(), &Candidate::information_value);
  }

  Status KeepUncorrelated() {
    std::vector<Candidate> kept;
    for (Candidate& candidate : candidates_) {
      FAIRLINE_TRY(progress_.CheckCancelled());
      std::vector<double> correlations(kept.size());
      FAIRLINE_TRY(ParallelFor(kept.size(), options_.threads, [&](size_t i) -> Status {
        correlations[i] = Correlation(kept[i].column, candidate.column, weights_);
        return {};
      }));
      const auto found = std::ranges::find_if(correlations, [&](double correlation) {
        return std::abs(correlation) > options_.max_correlation;
      });
      if (found == correlations.end()) {
        kept.push_back(std::move(candidate));
        continue;
      }
      const Candidate& stronger = kept[static_cast<size_t>(found - correlations.begin())];
      LeaveOut(candidate, fmt::format("correlation {:.2f} with {}, which tells more", *found,
                                      matrix_.names[stronger.characteristic.feature]));
    }
    candidates_ = std::move(kept);
    return {};
  }

  /// Fits until every coefficient is negative: a higher WOE must lower the odds of a default.
  Status Fit() {
    std::ranges::sort(candidates_, {},
                      [](const Candidate& each) { return each.characteristic.feature; });
    const auto first_count = static_cast<double>(candidates_.size());
    while (!candidates_.empty()) {
      std::vector<const WoeColumn*> columns;
      for (const Candidate& candidate : candidates_) columns.push_back(&candidate.column);
      const WoeRegression fit = FAIRLINE_TRY(
          FitWoeRegression(columns, outcomes_, weights_, options_.l2, options_.threads, progress_));
      const auto worst = std::ranges::max_element(fit.coefficients);
      if (*worst < 0) return Take(fit);
      const auto at = worst - fit.coefficients.begin();
      LeaveOut(
          candidates_[static_cast<size_t>(at)],
          fmt::format("its coefficient beside the others has the wrong sign ({:.4f})", *worst));
      candidates_.erase(candidates_.begin() + at);
      progress_.Report("fitting", 1 - static_cast<double>(candidates_.size()) / first_count);
    }
    return Fail(ErrorCode::kFailedPrecondition,
                fmt::format("scorecard: no feature tells goods and bads apart (information value "
                            "{:g} or more is asked for)",
                            options_.min_information_value));
  }

  Status Take(const WoeRegression& fit) {
    card_.intercept = fit.intercept;
    for (size_t i = 0; i < candidates_.size(); ++i) {
      card_.characteristics.push_back(std::move(candidates_[i].characteristic));
      card_.characteristics.back().coefficient = fit.coefficients[i];
    }
    progress_.Report("fitting", 1);
    return {};
  }

  const EncodedMatrix& matrix_;
  std::span<const double> outcomes_, weights_;
  const ScorecardOptions& options_;
  const Progress& progress_;
  std::vector<Candidate> candidates_;
  Scorecard card_;
};

}  // namespace

Result<Scorecard> TrainScorecard(const EncodedMatrix& matrix, std::span<const double> outcomes,
                                 std::span<const double> weights, const ScorecardOptions& options,
                                 const Progress& progress) {
  FAIRLINE_TRY(CheckOptions(options, matrix.names));
  FAIRLINE_TRY(CheckRows(matrix, outcomes, weights));
  return Training(matrix, outcomes, weights, options, progress).Run();
}

}  // namespace fairline
