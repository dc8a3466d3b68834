#include "fairline/explain/attribution_agreement.h"

#include <gtest/gtest.h>

#include <vector>

namespace fairline {
namespace {

using Row = std::vector<double>;

TEST(AttributionAgreement, CorrelationIsAveragedOverRows) {
  AttributionAgreement agreement;
  agreement.Add(Row{1, 2, 3}, Row{5, 7, 9});
  EXPECT_DOUBLE_EQ(agreement.mean_correlation().value(), 1);
  agreement.Add(Row{1, 2, 3}, Row{3, 2, 1});
  EXPECT_NEAR(agreement.mean_correlation().value(), 0, 1e-15);
  // Deviations -1, 0, 1 and -1, 1, 0: covariance 1, both squares 2.
  agreement.Add(Row{1, 2, 3}, Row{1, 3, 2});
  EXPECT_DOUBLE_EQ(agreement.mean_correlation().value(), 0.5 / 3);
  EXPECT_EQ(agreement.rows(), 3);
}

TEST(AttributionAgreement, RowsThatAreAllAlikeHaveNoCorrelation) {
  AttributionAgreement agreement;
  EXPECT_FALSE(agreement.mean_correlation());
  agreement.Add(Row{0, 0}, Row{1, 2});
  EXPECT_FALSE(agreement.mean_correlation());
  agreement.Add(Row{1, 2}, Row{1, 2});
  EXPECT_DOUBLE_EQ(agreement.mean_correlation().value(), 1);
}

TEST(AttributionAgreement, CountsRowsWithTheSameStrongestAdverseFeature) {
  AttributionAgreement agreement;
  agreement.Add(Row{0.1, 0.5, -3}, Row{0.2, 0.3, -1});  // the second, by both
  EXPECT_EQ(agreement.same_strongest(), 1);
  agreement.Add(Row{0.1, 0.5, -3}, Row{0.4, 0.3, -1});  // the second, the first
  EXPECT_EQ(agreement.same_strongest(), 1);
  agreement.Add(Row{-0.1, -0.5, -3}, Row{-4, -0.3, -1});  // none, none
  EXPECT_EQ(agreement.same_strongest(), 2);
  agreement.Add(Row{-0.1, -0.5, -3}, Row{0.4, -0.3, -1});  // none, the first
  EXPECT_EQ(agreement.same_strongest(), 2);
}

}  // namespace
}  // namespace fairline
