#include "fairline/training/scorecard/train_scorecard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "fairline/core/math.h"

namespace fairline {
namespace {

using testing::HasSubstr;

struct Sample {
  EncodedMatrix matrix;
  std::vector<double> outcomes;
};

/// income lowers the risk, debt raises it, city is a category, copy repeats income, noise is noise.
Sample MakeSample(size_t rows) {
  Sample sample;
  sample.matrix.names = {"income", "debt", "city", "copy", "noise"};
  sample.matrix.categorical = {2};
  sample.matrix.rows = rows;
  std::mt19937_64 random(7);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (size_t row = 0; row < rows; ++row) {
    const double income = uniform(), debt = uniform(), noise = uniform();
    const auto city = static_cast<double>(random() % 5);
    const double pd = Logistic(-1.5 - 3 * income + 2 * debt + (city == 3 ? 1 : 0));
    sample.outcomes.push_back(uniform() < pd ? 1 : 0);
    const double said = row % 17 == 0 ? std::nan("") : income;
    for (const double value : {said, debt, city, 2 * income + 0.01 * noise, noise}) {
      sample.matrix.values.push_back(value);
    }
  }
  return sample;
}

Result<Scorecard> Train(const Sample& sample, ScorecardOptions options = {}) {
  return TrainScorecard(sample.matrix, sample.outcomes, {}, options, {});
}

std::string ReasonFor(const Scorecard& card, std::string_view feature) {
  for (const LeftOutFeature& each : card.left_out) {
    if (each.name == feature) return each.reason;
  }
  return "";
}

TEST(TrainScorecard, KeepsWhatTellsAndSaysWhyTheRestIsOut) {
  const Scorecard card = Train(MakeSample(6000)).value();
  ASSERT_EQ(card.characteristics.size(), 3) << FormatScorecard(PrintedScorecard(card));
  EXPECT_THAT(ReasonFor(card, "noise"), HasSubstr("information value"));
  EXPECT_THAT(ReasonFor(card, "income") + ReasonFor(card, "copy"), HasSubstr("correlation"));
  for (const Characteristic& characteristic : card.characteristics) {
    EXPECT_LT(characteristic.coefficient, 0);
  }
}

TEST(TrainScorecard, BinsOfANumberAreMonotoneAndLargeEnough) {
  const Scorecard card = Train(MakeSample(6000)).value();
  for (const Characteristic& characteristic : card.characteristics) {
    if (characteristic.categorical) continue;
    int up = 0, down = 0;
    for (size_t i = 0; i < characteristic.bins.size(); ++i) {
      const ScorecardBin& bin = characteristic.bins[i];
      if (bin.takes == BinTakes::kMissing) break;
      EXPECT_GE(bin.good + bin.bad, 300);
      if (i > 0) ++(bin.woe > characteristic.bins[i - 1].woe ? up : down);
    }
    EXPECT_TRUE((up == 0) != (down == 0)) << card.feature_names[characteristic.feature];
  }
}

TEST(TrainScorecard, TheSlopeOfTheLossIsNoughtAtTheCoefficients) {
  const Sample sample = MakeSample(3000);
  ScorecardOptions options{.l2 = 2.5};
  const Scorecard card = Train(sample, options).value();
  double intercept = 0;
  std::vector<double> slopes(card.characteristics.size());
  for (size_t row = 0; row < sample.matrix.rows; ++row) {
    const auto features = sample.matrix.Row(row);
    const double error = Logistic(LogOdds(card, features)) - sample.outcomes[row];
    intercept += error;
    for (size_t i = 0; i < slopes.size(); ++i) {
      const Characteristic& characteristic = card.characteristics[i];
      slopes[i] += error * BinOf(characteristic, features[characteristic.feature]).woe;
    }
  }
  EXPECT_NEAR(intercept, 0, 1e-8);
  for (size_t i = 0; i < slopes.size(); ++i) {
    EXPECT_NEAR(slopes[i] + options.l2 * card.characteristics[i].coefficient, 0, 1e-8);
  }
}

TEST(TrainScorecard, ThreadsDoNotChangeABit) {
  const Sample sample = MakeSample(9000);
  const std::string one = WriteScorecard(Train(sample, {.threads = 1}).value());
  for (const int threads : {2, 5}) {
    EXPECT_EQ(one, WriteScorecard(Train(sample, {.threads = threads}).value()));
  }
}

TEST(TrainScorecard, WeightsCountAsRows) {
  Sample sample = MakeSample(3000);
  for (double& value : sample.matrix.values) value = std::round(4 * value);
  std::vector<double> weights(3000, 1.0);
  Sample doubled = sample;
  for (size_t row = 0; row < 3000; row += 2) {
    weights[row] = 2;
    const auto features = sample.matrix.Row(row);
    doubled.matrix.values.insert(doubled.matrix.values.end(), features.begin(), features.end());
    doubled.outcomes.push_back(sample.outcomes[row]);
    ++doubled.matrix.rows;
  }
  // The rules count rows, so they are asked for nothing: this is about what is estimated.
  const ScorecardOptions options{
      .prebin_share = 0.001, .min_bin_share = 0, .min_bin_outcomes = 1, .max_p_value = 1};
  const Scorecard weighted =
      TrainScorecard(sample.matrix, sample.outcomes, weights, options, {}).value();
  const Scorecard repeated = Train(doubled, options).value();
  ASSERT_EQ(weighted.characteristics.size(), repeated.characteristics.size());
  EXPECT_NEAR(weighted.intercept, repeated.intercept, 1e-9);
  for (size_t row = 0; row < 100; ++row) {
    const auto features = sample.matrix.Row(row);
    EXPECT_NEAR(LogOdds(weighted, features), LogOdds(repeated, features), 1e-9);
  }
}

TEST(TrainScorecard, AWrongSignLeavesTheCard) {
  // b follows a, which drives the risk; beside a it would lower the risk that it shows alone.
  Sample sample;
  sample.matrix.names = {"a", "b"};
  for (int a = 0; a < 2; ++a) {
    for (int b = 0; b < 2; ++b) {
      const int rows = a == b ? 3000 : 1000;
      const double rate = 0.1 + 0.4 * a - 0.05 * b;
      for (int row = 0; row < rows; ++row) {
        sample.matrix.values.insert(sample.matrix.values.end(),
                                    {static_cast<double>(a), static_cast<double>(b)});
        sample.outcomes.push_back(row < rate * rows ? 1 : 0);
      }
    }
  }
  sample.matrix.rows = sample.outcomes.size();
  const Scorecard card = Train(sample).value();
  ASSERT_EQ(card.characteristics.size(), 1);
  EXPECT_EQ(card.characteristics[0].feature, 0);
  EXPECT_THAT(ReasonFor(card, "b"), HasSubstr("wrong sign"));
}

TEST(TrainScorecard, RefusesWhatItCannotUse) {
  const Sample sample = MakeSample(500);
  const auto message = [](const Result<Scorecard>& result) {
    return result ? std::string() : result.error().message;
  };
  EXPECT_THAT(message(Train(sample, {.l2 = -1})), HasSubstr("l2"));
  EXPECT_THAT(message(Train(sample, {.trends = {{"age", MonotoneTrend::kPeak}}})),
              HasSubstr("age, which is no feature"));
  EXPECT_THAT(message(Train(sample, {.min_information_value = 50})), HasSubstr("no feature"));
  EXPECT_THAT(message(TrainScorecard(sample.matrix, sample.outcomes, std::vector{1.0}, {}, {})),
              HasSubstr("one weight"));
  std::vector<double> weights(500, 1.0);
  weights[4] = 0;
  EXPECT_THAT(message(TrainScorecard(sample.matrix, sample.outcomes, weights, {}, {})),
              HasSubstr("row 5"));
  EXPECT_THAT(message(TrainScorecard(sample.matrix, std::vector(500, 1.0), {}, {}, {})),
              HasSubstr("same outcome"));
}

TEST(TrainScorecard, StopsWhenAsked) {
  const Sample sample = MakeSample(500);
  const std::atomic<bool> stop = true;
  const auto card =
      TrainScorecard(sample.matrix, sample.outcomes, {}, {}, Progress{.cancel = &stop});
  ASSERT_FALSE(card);
  EXPECT_EQ(card.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace fairline
