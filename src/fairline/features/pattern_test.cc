#include "fairline/features/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace fairline {
namespace {

TEST(Pattern, StarStandsForAnyRunOfCharacters) {
  EXPECT_TRUE(MatchesPattern("FLAG_DOCUMENT_*", "FLAG_DOCUMENT_21"));
  EXPECT_TRUE(MatchesPattern("FLAG_DOCUMENT_*", "FLAG_DOCUMENT_"));
  EXPECT_TRUE(MatchesPattern("*_MODE", "WALLSMATERIAL_MODE"));
  EXPECT_TRUE(MatchesPattern("AMT_*_SUM", "AMT_CREDIT_SUM_SUM"));
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_FALSE(MatchesPattern("FLAG_DOCUMENT_*", "FLAG_MOBIL"));
  EXPECT_FALSE(MatchesPattern("AMT_*_SUM", "AMT_CREDIT_SUM_MEAN"));
  EXPECT_FALSE(MatchesPattern("*_MODE", "MODE"));
}

TEST(Pattern, WithoutAStarIsTheNameItself) {
  EXPECT_TRUE(MatchesPattern("loan_status", "loan_status"));
  EXPECT_FALSE(MatchesPattern("loan_status", "loan_status_2"));
  EXPECT_FALSE(MatchesPattern("", "a"));
  EXPECT_TRUE(MatchesPattern("", ""));
}

TEST(Pattern, ManyStarsStayCheap) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  EXPECT_FALSE(MatchesPattern(pattern + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace fairline
