#include "fairline/models/model_output.h"

#include <algorithm>

#include "fairline/core/math.h"

namespace fairline {
namespace {

// A mean of probabilities comes as near to 0 or 1 as margins let it, where a log-odds would be made
// of rounding alone, or infinite. Nothing is decided or calibrated that far out.
constexpr double kLeastModelScore = 1e-12;

double Mean(std::span<const double> numbers) {
  double sum = 0;
  for (const double number : numbers) sum += number;
  return sum / static_cast<double>(numbers.size());
}

ModelOutput Output(const TreeEnsemble& model, std::span<const double> features) {
  return LeafSums(model).OutputOf(RawScore(model, features));
}

ModelOutput Output(const StumpEnsemble& model, std::span<const double> features) {
  std::vector<double> margins, probabilities;
  for (const StumpBag& bag : model.bags) {
    margins.push_back(BagMargin(bag, features));
    probabilities.push_back(Logistic(margins.back()));
  }
  return OutputOfBags(margins, probabilities);
}

ModelOutput Output(const Scorecard& model, std::span<const double> features) {
  return OutputOfLogOdds(LogOdds(model, features));
}

}  // namespace

ModelOutput OutputOfLogOdds(double log_odds) {
  return {.raw_score = log_odds, .model_score = Logistic(log_odds), .log_odds = log_odds};
}

LeafSums::LeafSums(const TreeEnsemble& model)
    : sigmoid_(model.sigmoid),
      average_(model.average),
      probabilities_(model.probabilities),
      trees_(model.trees.size()) {}

ModelOutput LeafSums::OutputOf(double sum) const {
  const double mean = sum / static_cast<double>(trees_);
  if (probabilities_) {
    return {.raw_score = mean, .model_score = mean, .log_odds = LogOddsOfVotes(mean, trees_)};
  }
  ModelOutput output = OutputOfLogOdds(sigmoid_ * (average_ ? mean : sum));
  output.raw_score = sum;
  return output;
}

ModelOutput OutputOfBags(std::span<const double> margins, std::span<const double> probabilities) {
  const double score = Mean(probabilities);
  return {.raw_score = Mean(margins),
          .model_score = score,
          .log_odds = Logit(std::clamp(score, kLeastModelScore, 1 - kLeastModelScore))};
}

double LogOddsOfVotes(double probability, size_t votes) {
  const double half_a_vote = 0.5 / static_cast<double>(votes);
  return Logit(std::clamp(probability, half_a_vote, 1 - half_a_vote));
}

ModelOutput OutputOf(const Model& model, std::span<const double> features) {
  return std::visit([&](const auto& each) { return Output(each, features); }, model);
}

}  // namespace fairline
