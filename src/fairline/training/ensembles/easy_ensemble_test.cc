#include "fairline/training/ensembles/easy_ensemble.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>

#include "fairline/training/ensembles/testing_matrix.h"

namespace fairline {
namespace {

using testing::Applicants;
using ::testing::HasSubstr;
using testing::MatrixOf;

EasyEnsembleOptions OneBag(int stumps) { return {.bags = 1, .stumps = stumps}; }

std::vector<Stump> Train(const EncodedMatrix& matrix, const std::vector<double>& outcomes,
                         EasyEnsembleOptions options) {
  return TrainEasyEnsemble(matrix, outcomes, options, {}).value().model.bags[0].stumps;
}

// f0 <= 4 is wrong about one row on either side.
TEST(TrainEasyEnsemble, OneStumpByHand) {
  const EncodedMatrix matrix = MatrixOf({{1, 2, 3, 4, 5, 6, 7, 8}, {1, 1, 1, 1, 1, 1, 1, 1}});
  const std::vector<double> outcomes{0, 1, 0, 0, 1, 1, 1, 0};
  const std::vector<Stump> stumps = Train(matrix, outcomes, OneBag(2));
  ASSERT_EQ(stumps.size(), 2);
  EXPECT_EQ(stumps[0].feature, 0);
  EXPECT_NEAR(stumps[0].threshold, 4.5, 1e-6);
  EXPECT_EQ(stumps[0].left_cover, 4);
  EXPECT_EQ(stumps[0].right_cover, 4);
  // The two stumps share what is said between them.
  EXPECT_LT(stumps[0].left_vote, 0);
  EXPECT_EQ(stumps[0].right_vote, -stumps[0].left_vote);
  EXPECT_NEAR(std::abs(stumps[0].left_vote) + std::abs(stumps[1].left_vote), 2, 1e-12);
}

TEST(TrainEasyEnsemble, SammeRSaysTheLogOddsOfEachSide) {
  const EncodedMatrix matrix = MatrixOf({{1, 2, 3, 4, 5, 6, 7, 8}});
  const std::vector<double> outcomes{0, 1, 0, 0, 1, 1, 1, 0};
  EasyEnsembleOptions options = OneBag(1);
  options.boosting = Boosting::kSammeR;
  const std::vector<Stump> stumps = Train(matrix, outcomes, options);
  EXPECT_NEAR(stumps[0].left_vote, -std::log(3), 1e-12);
  EXPECT_NEAR(stumps[0].right_vote, std::log(3), 1e-12);
}

TEST(TrainEasyEnsemble, StopsAtAPerfectStump) {
  const std::vector<Stump> stumps = Train(MatrixOf({{1, 2, 3, 4}}), {1, 1, 0, 0}, OneBag(50));
  ASSERT_EQ(stumps.size(), 1);
  EXPECT_EQ(stumps[0].left_vote, 2);
  EXPECT_EQ(stumps[0].right_vote, -2);
}

TEST(TrainEasyEnsemble, StopsWhereNoStumpIsBetterThanChance) {
  const EncodedMatrix exclusive_or = MatrixOf({{0, 0, 1, 1}, {0, 1, 0, 1}});
  const std::vector<Stump> stumps = Train(exclusive_or, {0, 1, 1, 0}, OneBag(50));
  ASSERT_EQ(stumps.size(), 1);
  EXPECT_EQ(stumps[0].feature, -1);
  EXPECT_EQ(stumps[0].left_vote, 0);
  EXPECT_EQ(stumps[0].left_cover, 4);
}

TEST(TrainEasyEnsemble, MissingValuesGoWhereTheyTellMore) {
  const std::vector<double> outcomes{0, 0, 0, 1, 1, 1};
  std::vector<Stump> stumps = Train(MatrixOf({{1, NAN, 2, 3, 4, 5}}), outcomes, OneBag(1));
  EXPECT_TRUE(stumps[0].missing_left);
  EXPECT_NEAR(stumps[0].threshold, 2.5, 1e-6);
  stumps = Train(MatrixOf({{1, 2, 3, 4, NAN, 5}}), outcomes, OneBag(1));
  EXPECT_FALSE(stumps[0].missing_left);
  // Only whether there is a value tells anything; the threshold is a number that files can hold.
  stumps = Train(MatrixOf({{7, 7, 7, NAN, NAN, NAN}}), outcomes, OneBag(1));
  EXPECT_FALSE(stumps[0].missing_left);
  EXPECT_EQ(stumps[0].threshold, std::numeric_limits<double>::max());
  EXPECT_GT(stumps[0].right_vote, 0);
}

TEST(TrainEasyEnsemble, OfEqualColumnsTheFirstIsTaken) {
  const std::vector<double> column{1, 2, 3, 4, 5, 6};
  const std::vector<Stump> stumps =
      Train(MatrixOf({{0, 0, 0, 0, 0, 0}, column, column}), {0, 0, 1, 0, 1, 1}, OneBag(1));
  EXPECT_EQ(stumps[0].feature, 1);
}

bool SameStumps(const StumpEnsemble& a, const StumpEnsemble& b) {
  for (size_t bag = 0; bag < a.bags.size(); ++bag) {
    const auto same = [](const Stump& x, const Stump& y) {
      return x.feature == y.feature && x.threshold == y.threshold && x.left_vote == y.left_vote &&
             x.right_vote == y.right_vote && x.missing_left == y.missing_left;
    };
    if (!std::ranges::equal(a.bags[bag].stumps, b.bags[bag].stumps, same)) return false;
  }
  return true;
}

TEST(TrainEasyEnsemble, IsTheSameForAnyNumberOfThreads) {
  const auto [matrix, outcomes] = Applicants(700, 1);
  EasyEnsembleOptions options{.bags = 7, .stumps = 12};
  const EasyEnsemble one = TrainEasyEnsemble(matrix, outcomes, options, {}).value();
  options.threads = 3;
  const EasyEnsemble three = TrainEasyEnsemble(matrix, outcomes, options, {}).value();
  EXPECT_TRUE(SameStumps(one.model, three.model));
  EXPECT_EQ(one.bag_rows, three.bag_rows);
  EXPECT_NE(one.bag_rows[0], one.bag_rows[1]);
  options.seed = 43;
  EXPECT_FALSE(SameStumps(one.model, TrainEasyEnsemble(matrix, outcomes, options, {})->model));
}

// With a bin for each value both growers look at the same splits.
TEST(TrainEasyEnsemble, GrowersAgreeOnFewValues) {
  auto [matrix, outcomes] = Applicants(400, 2);
  for (double& value : matrix.values) value = std::round(value * 4);
  EasyEnsembleOptions options{.bags = 3, .stumps = 20};
  const EasyEnsemble exact = TrainEasyEnsemble(matrix, outcomes, options, {}).value();
  options.grower = Grower::kHistogram;
  EXPECT_TRUE(SameStumps(exact.model, TrainEasyEnsemble(matrix, outcomes, options, {})->model));
}

TEST(TrainEasyEnsemble, TellsDefaultsApart) {
  const auto [matrix, outcomes] = Applicants(3'000, 3);
  const auto [judged, truth] = Applicants(1'000, 4);
  for (Grower grower : {Grower::kExact, Grower::kHistogram}) {
    const EasyEnsembleOptions options{.bags = 5, .stumps = 30, .grower = grower};
    const EasyEnsemble made = TrainEasyEnsemble(matrix, outcomes, options, {}).value();
    double right[2] = {}, all[2] = {};
    for (size_t row = 0; row < judged.rows; ++row) {
      const bool defaulted = truth[row] == 1;
      right[defaulted] += (ModelScore(made.model, judged.Row(row)) > 0.5) == defaulted;
      ++all[defaulted];
    }
    EXPECT_GT(right[0] / all[0] + right[1] / all[1], 1.6);
  }
}

TEST(TrainEasyEnsemble, RefusesWhatItCannotLearnFrom) {
  const auto fault = [](const EncodedMatrix& matrix, EasyEnsembleOptions options) {
    const auto made = TrainEasyEnsemble(matrix, std::vector<double>{0, 1}, options, {});
    return made ? "" : made.error().message;
  };
  EXPECT_THAT(fault(MatrixOf({{1, 1}}), {}), HasSubstr("the same value in all rows"));
  EXPECT_THAT(fault(MatrixOf({{1, 2}}), {.bags = 0}), HasSubstr("at least 1 bag"));
  EXPECT_THAT(fault(MatrixOf({{1, 2}}), {.learning_rate = 0}), HasSubstr("learning rate"));
}

TEST(TrainEasyEnsemble, CanBeStopped) {
  const auto [matrix, outcomes] = Applicants(300, 1);
  std::atomic<bool> cancel = true;
  const auto made = TrainEasyEnsemble(matrix, outcomes, {.bags = 2}, {.cancel = &cancel});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kCancelled);
  double last = 0;
  ASSERT_TRUE(TrainEasyEnsemble(matrix, outcomes, {.bags = 4, .stumps = 2, .threads = 2},
                                {.report = [&](std::string_view, double part) {
                                  EXPECT_GT(part, last);
                                  last = part;
                                }}));
  EXPECT_EQ(last, 1);
}

}  // namespace
}  // namespace fairline
