#include "fairline/training/choose_cut_off.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace fairline {
namespace {

const std::vector<double> kPds{0.02, 0.05, 0.08, 0.10, 0.30};
const std::vector<double> kOutcomes{0, 0, 1, 0, 1};

CutOffTask Task(ThresholdRule rule, ProbabilityKind kind) {
  return {.probabilities = kPds,
          .outcomes = kOutcomes,
          .kind = kind,
          .rule = rule,
          .fixed_threshold = 0.25};
}

TEST(ChooseCutOff, TurnsCostsIntoAPd) {
  const CutOff cut_off = ChooseCutOff(Task(ThresholdRule::kCostMatrix, ProbabilityKind::kPd));
  EXPECT_DOUBLE_EQ(cut_off.threshold, 1.0 / 11);
  EXPECT_EQ(cut_off.origin, "cost_matrix");
}

TEST(ChooseCutOff, SearchesWhereScoresAreNoProbabilities) {
  EXPECT_EQ(ChooseCutOff(Task(ThresholdRule::kCostMatrix, ProbabilityKind::kModelScore)).threshold,
            0.08);
}

TEST(ChooseCutOff, FollowsTheOtherRules) {
  EXPECT_EQ(ChooseCutOff(Task(ThresholdRule::kFixed, ProbabilityKind::kPd)).threshold, 0.25);
  EXPECT_EQ(ChooseCutOff(Task(ThresholdRule::kFBeta, ProbabilityKind::kPd)).threshold, 0.08);
}

TEST(ChooseCutOff, StaysWithinABundlesRange) {
  CutOffTask task = Task(ThresholdRule::kCostMatrix, ProbabilityKind::kModelScore);
  task.costs = {.false_negative = 1, .false_positive = 1'000};
  EXPECT_EQ(ChooseCutOff(task).threshold, 0.30);
  const std::vector<double> mixed{1, 0, 1, 0, 0};
  task.outcomes = mixed;
  EXPECT_EQ(ChooseCutOff(task).threshold, 1);  // refusing nobody is cheapest
}

TEST(CutOffReport, ShowsTheAlternativesAndSaysHowTheyDiffer) {
  const CutOffTask task = Task(ThresholdRule::kCostMatrix, ProbabilityKind::kPd);
  const Json report = CutOffReport(task, ChooseCutOff(task));
  EXPECT_DOUBLE_EQ(report.Find("chosen")->Find("precision")->number(), 0.5);
  EXPECT_DOUBLE_EQ(report.Find("chosen")->Find("cost_per_row")->number(), 11.0 / 5);
  ASSERT_EQ(report.Find("alternatives")->array().size(), 3u);
  EXPECT_EQ(report.Find("alternatives")->array()[2].Find("threshold")->number(), 0.08);
  EXPECT_THAT(report.Find("explanation")->string(), testing::HasSubstr("11.5 times"));
}

}  // namespace
}  // namespace fairline
