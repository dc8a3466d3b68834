#include "fairline/explain/stump_shap.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/check.h"
#include "fairline/core/math.h"
#include "fairline/models/engine/step_intervals.h"

namespace fairline {
namespace {

/// The stump's vote over the rows of its bag; halves where it saw none.
double MeanVote(const Stump& stump) {
  if (stump.feature < 0) return stump.left_vote;
  const double rows = stump.left_cover + stump.right_cover;
  const double share = rows == 0 ? 0.5 : stump.left_cover / rows;
  return share * stump.left_vote + (1 - share) * stump.right_vote;
}

/// What a feature adds to its bag's margin beyond the mean, its value being known.
double Gain(std::span<const Stump> stumps, double value) {
  double sum = 0;
  for (const Stump& stump : stumps) sum += Vote(stump, value) - MeanVote(stump);
  return sum;
}

double ExpectedMargin(std::span<const Stump> by_feature) {
  double margin = 0;
  ForEachFeature(by_feature, [&](int32_t, std::span<const Stump> stumps) {
    double sum = 0;
    for (const Stump& stump : stumps) sum += MeanVote(stump);
    margin += sum;
  });
  return margin;
}

struct Bag {
  std::vector<Stump> stumps;  // by feature
  double expected_margin;

  explicit Bag(const StumpBag& bag)
      : stumps(ByFeature(bag)), expected_margin(ExpectedMargin(stumps)) {}

  /// Calls take(feature, what it adds to the margin beyond the mean), features ascending.
  void ForEachGain(std::span<const double> row, auto take) const {
    ForEachFeature(stumps, [&](int32_t feature, std::span<const Stump> own) {
      const auto index = static_cast<size_t>(feature);
      if (feature >= 0) take(index, Gain(own, row[index]));
    });
  }
};

std::vector<Bag> BagsOf(const StumpEnsemble& model) {
  return {model.bags.begin(), model.bags.end()};
}

double MeanExpectedMargin(const std::vector<Bag>& bags) {
  double sum = 0;
  for (const Bag& bag : bags) sum += bag.expected_margin;
  return sum / static_cast<double>(bags.size());
}

/// Bag after bag, stump after stump: of any size.
class StumpExplainer : public Explainer {
 public:
  explicit StumpExplainer(const StumpEnsemble& model)
      : width_(model.feature_names.size()),
        bags_(BagsOf(model)),
        base_(MeanExpectedMargin(bags_)) {}

  Engine engine() const override { return Engine::kReference; }
  double base() const override { return base_; }

  void Explain(std::span<const double> row, std::span<double> attributions) const override {
    FAIRLINE_CHECK(row.size() == width_ && attributions.size() == width_, "one per feature");
    std::ranges::fill(attributions, 0.0);
    for (const Bag& bag : bags_) {
      bag.ForEachGain(row, [&](size_t feature, double gain) { attributions[feature] += gain; });
    }
    for (double& sum : attributions) sum /= static_cast<double>(bags_.size());
  }

 protected:
  size_t width() const override { return width_; }

 private:
  const size_t width_;
  const std::vector<Bag> bags_;
  const double base_;
};

/// Each feature's attribution for every interval of its values, made by the explainer above.
class StepExplainer : public Explainer {
 public:
  StepExplainer(const StumpEnsemble& model, StepIntervals intervals)
      : width_(model.feature_names.size()), intervals_(std::move(intervals)) {
    const std::vector<Bag> bags = BagsOf(model);
    base_ = MeanExpectedMargin(bags);
    for (const StepIntervals::Feature& feature : intervals_.features()) {
      first_.push_back(attributions_.size());
      attributions_.resize(attributions_.size() + feature.values.size());
    }
    for (const Bag& bag : bags) AddGains(bag);
    for (double& sum : attributions_) sum /= static_cast<double>(bags.size());
  }

  Engine engine() const override { return Engine::kPortable; }
  double base() const override { return base_; }

  void Explain(std::span<const double> row, std::span<double> attributions) const override {
    FAIRLINE_CHECK(row.size() == width_ && attributions.size() == width_, "one per feature");
    std::ranges::fill(attributions, 0.0);
    const auto features = intervals_.features();
    for (size_t i = 0; i < features.size(); ++i) {
      attributions[features[i].index] =
          attributions_[first_[i] + intervals_.Find(features[i], row)];
    }
  }

 protected:
  size_t width() const override { return width_; }

 private:
  void AddGains(const Bag& bag) {
    ForEachFeature(bag.stumps, [&](int32_t feature, std::span<const Stump> stumps) {
      if (feature < 0) return;
      const size_t slot = intervals_.SlotOf(static_cast<uint32_t>(feature));
      size_t at = first_[slot];
      for (const double value : intervals_.features()[slot].values) {
        attributions_[at++] += Gain(stumps, value);
      }
    });
  }

  const size_t width_;
  const StepIntervals intervals_;
  std::vector<size_t> first_;  // of the attributions of each feature of the intervals
  std::vector<double> attributions_;
  double base_ = 0;
};

class ProbabilityExplainer : public Explainer {
 public:
  explicit ProbabilityExplainer(const StumpEnsemble& model)
      : width_(model.feature_names.size()), bags_(BagsOf(model)) {
    for (const Bag& bag : bags_) base_ += Logistic(bag.expected_margin);
    base_ /= static_cast<double>(bags_.size());
  }

  Engine engine() const override { return Engine::kReference; }
  double base() const override { return base_; }

  void Explain(std::span<const double> row, std::span<double> attributions) const override {
    FAIRLINE_CHECK(row.size() == width_ && attributions.size() == width_, "one per feature");
    std::ranges::fill(attributions, 0.0);
    std::vector<std::pair<size_t, double>> gains;
    for (const Bag& bag : bags_) {
      double change = 0;
      gains.clear();
      bag.ForEachGain(row, [&](size_t feature, double gain) {
        gains.emplace_back(feature, gain);
        change += gain;
      });
      const double slope = MeanLogisticSlope(bag.expected_margin, change);
      for (const auto& [feature, gain] : gains) attributions[feature] += gain * slope;
    }
    for (double& sum : attributions) sum /= static_cast<double>(bags_.size());
  }

 protected:
  size_t width() const override { return width_; }

 private:
  const size_t width_;
  const std::vector<Bag> bags_;
  double base_ = 0;
};

/// (1 - e^-x) / x for x >= 0. For a small x the difference would lose what is asked for, so there
/// it is the series 1 - x/2 (1 - x/3 (1 - x/4 (...))).
double MeanOfDecay(double x) {
  if (x >= 0.5) return (1 - Exp(-x)) / x;
  constexpr int kTerms = 16;  // 0.5^16 / 17! is below 2^-60
  double sum = 1;
  for (int k = kTerms; k >= 2; --k) sum = 1 - x / k * sum;
  return sum;
}

}  // namespace

// With a <= b: (s(b) - s(a)) / (b - a) = s(b) s(-a) (1 - e^(a-b)) / (b - a), where nothing cancels.
double MeanLogisticSlope(double from, double change) {
  const double low = std::min(from, from + change), high = std::max(from, from + change);
  return Logistic(high) * Logistic(-low) * MeanOfDecay(std::abs(change));
}

std::unique_ptr<const Explainer> MakeStumpShap(const StumpEnsemble& model, Engine engine) {
  if (engine == Engine::kReference) return std::make_unique<StumpExplainer>(model);
  StepIntervals intervals(model);
  if (intervals.terms() > StepIntervals::kMostTerms) return std::make_unique<StumpExplainer>(model);
  return std::make_unique<StepExplainer>(model, std::move(intervals));
}

std::unique_ptr<const Explainer> MakeStumpProbabilityShap(const StumpEnsemble& model) {
  return std::make_unique<ProbabilityExplainer>(model);
}

}  // namespace fairline
