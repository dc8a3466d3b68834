#include "fairline/stats/discrimination.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace fairline {
namespace {

using Numbers = std::vector<double>;

TEST(RocAuc, CountsPairsAndHalvesTies) {
  // Of the six pairs 0.8 wins two, 0.4 wins one and ties one.
  const Numbers scores{0.8, 0.4, 0.4, 0.3, 0.9};
  const Numbers outcomes{1, 1, 0, 0, 0};
  EXPECT_DOUBLE_EQ(RocAuc(scores, outcomes), 3.5 / 6);
}

TEST(RocAuc, IsUndefinedWithoutBothClasses) {
  EXPECT_TRUE(std::isnan(RocAuc(Numbers{1, 2}, Numbers{1, 1})));
  EXPECT_TRUE(std::isnan(RocAuc(Numbers{}, Numbers{})));
}

TEST(RocAucStandardError, AgreesWithTheDefinition) {
  // Defaults {3, 1}, others {0, 2}: each default beats {1, 0.5} of the others, each other is beaten
  // by {1, 0.5} of the defaults; both sample variances are 0.125, each over two.
  EXPECT_DOUBLE_EQ(RocAucStandardError(Numbers{3, 1, 0, 2}, Numbers{1, 1, 0, 0}),
                   std::sqrt(0.125 / 2 + 0.125 / 2));
}

TEST(KolmogorovSmirnov, IsTheLargestGap) {
  // After the two lowest scores 2/3 of the others and none of the defaults lie below.
  EXPECT_DOUBLE_EQ(KolmogorovSmirnov(Numbers{1, 2, 3, 4, 5}, Numbers{0, 0, 1, 0, 1}), 2.0 / 3);
}

TEST(AveragePrecision, SumsPrecisionOverRecallSteps) {
  // From the top: default (1/1), other, default (2/3): 0.5 * 1 + 0.5 * 2/3.
  EXPECT_DOUBLE_EQ(AveragePrecision(Numbers{4, 3, 2, 1}, Numbers{1, 0, 1, 0}), 0.5 + 1.0 / 3);
}

struct Sample {
  Numbers scores, outcomes;
};

Sample AnySample() {
  const auto rows = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 12), rc::gen::arbitrary<bool>()));
  Sample sample;
  for (const auto& [score, is_default] : rows) {
    sample.scores.push_back(score);
    sample.outcomes.push_back(is_default ? 1 : 0);
  }
  return sample;
}

RC_GTEST_PROP(RocAuc, EqualsTheShareOfOrderedPairs, ()) {
  const Sample sample = AnySample();
  double wins = 0, pairs = 0;
  for (size_t i = 0; i < sample.scores.size(); ++i) {
    for (size_t j = 0; j < sample.scores.size(); ++j) {
      if (sample.outcomes[i] != 1 || sample.outcomes[j] != 0) continue;
      pairs += 1;
      if (sample.scores[i] > sample.scores[j]) wins += 1;
      if (sample.scores[i] == sample.scores[j]) wins += 0.5;
    }
  }
  RC_PRE(pairs > 0);
  RC_ASSERT(RocAuc(sample.scores, sample.outcomes) == wins / pairs);
}

RC_GTEST_PROP(RocAuc, OnlySeesTheOrder, ()) {
  const Sample sample = AnySample();
  Numbers stretched, mirrored;
  for (double score : sample.scores) {
    stretched.push_back(score * score * score + 5);
    mirrored.push_back(-score);
  }
  const double auc = RocAuc(sample.scores, sample.outcomes);
  RC_PRE(!std::isnan(auc));
  RC_ASSERT(RocAuc(stretched, sample.outcomes) == auc);
  RC_ASSERT(std::abs(RocAuc(mirrored, sample.outcomes) - (1 - auc)) < 1e-12);
}

RC_GTEST_PROP(KolmogorovSmirnov, BoundsTheGini, ()) {
  const Sample sample = AnySample();
  const double auc = RocAuc(sample.scores, sample.outcomes);
  RC_PRE(!std::isnan(auc));
  // The ROC curve stays within KS of the diagonal, which bounds the area between them.
  const double ks = KolmogorovSmirnov(sample.scores, sample.outcomes);
  RC_ASSERT(ks >= 0 && ks <= 1);
  RC_ASSERT(std::abs(Gini(auc)) <= 2 * ks - ks * ks + 1e-12);
}

}  // namespace
}  // namespace fairline
