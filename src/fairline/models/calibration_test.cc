#include "fairline/models/calibration.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "fairline/core/math.h"

namespace fairline {
namespace {

TEST(Calibrator, OddsShiftAndPlattMoveTheLogOdds) {
  EXPECT_EQ(Calibrator::OddsShift(1.5).Pd(2), Logistic(0.5));
  EXPECT_EQ(Calibrator::Platt(0.5, -1).Pd(4), Logistic(1));
}

TEST(Calibrator, IsotonicIsLinearBetweenKnotsAndConstantBeyond) {
  const Calibrator calibrator = Calibrator::Isotonic({-1, 1, 2}, {0.125, 0.25, 0.25});
  EXPECT_EQ(calibrator.Pd(-9), 0.125);
  EXPECT_EQ(calibrator.Pd(-1), 0.125);
  EXPECT_EQ(calibrator.Pd(0), 0.1875);
  EXPECT_EQ(calibrator.Pd(1), 0.25);
  EXPECT_EQ(calibrator.Pd(1.3), 0.25);
  EXPECT_EQ(calibrator.Pd(9), 0.25);
  EXPECT_EQ(Calibrator::Isotonic({3}, {0.5}).Pd(0), 0.5);
}

RC_GTEST_PROP(Calibrator, IsotonicNeverFalls, ()) {
  const auto draw = [](size_t count) {
    return *rc::gen::container<std::vector<double>>(
        count, rc::gen::map(rc::gen::inRange(0, 1 << 30), [](int n) { return n / 1073741824.0; }));
  };
  const std::vector<double> drawn = draw(8);
  const std::set<double> unique(drawn.begin(), drawn.end());
  const std::vector<double> knots(unique.begin(), unique.end());
  std::vector<double> pd = draw(knots.size());
  std::ranges::sort(pd);
  const Calibrator calibrator = Calibrator::Isotonic(knots, pd);
  RC_ASSERT(calibrator.Validate().has_value());
  std::vector<double> scores = draw(100);
  std::ranges::sort(scores);
  for (size_t i = 1; i < scores.size(); ++i) {
    RC_ASSERT(calibrator.Pd(scores[i - 1]) <= calibrator.Pd(scores[i]));
  }
}

TEST(Calibrator, SurvivesJsonBitForBit) {
  for (const Calibrator& calibrator : {Calibrator::OddsShift(0.1), Calibrator::Platt(1.0 / 3, -2.7),
                                       Calibrator::Isotonic({-0.1, 0.7}, {1e-9, 1.0 / 3})}) {
    const auto json = Json::Parse(calibrator.ToJson().Pretty());
    ASSERT_TRUE(json);
    const auto read = Calibrator::FromJson(*json);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->method(), calibrator.method());
    for (const double score : {-3.0, -0.05, 0.0, 0.3, 2.0}) {
      EXPECT_EQ(read->Pd(score), calibrator.Pd(score));
    }
  }
}

TEST(Calibrator, RefusesWhatIsNoMap) {
  for (const char* text :
       {R"({"method":"magic"})", R"({"method":"platt","slope":-1,"intercept":0})",
        R"({"method":"platt","slope":1})", R"({"method":"isotonic","log_odds":[],"pd":[]})",
        R"({"method":"isotonic","log_odds":[0,0],"pd":[0.1,0.2]})",
        R"({"method":"isotonic","log_odds":[0,1],"pd":[0.2,0.1]})",
        R"({"method":"isotonic","log_odds":[0,1],"pd":[0.2,1.1]})",
        R"({"method":"isotonic","log_odds":[0],"pd":[0.2,0.3]})"}) {
    EXPECT_FALSE(Calibrator::FromJson(*Json::Parse(text))) << text;
  }
}

}  // namespace
}  // namespace fairline
