#include "fairline/models/scorecard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "fairline/core/math.h"

namespace fairline {
namespace {

using testing::HasSubstr;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Scorecard Card() {
  Scorecard card{.feature_names = {"age", "unused", "housing"}, .intercept = -2.25};
  card.characteristics = {
      {.feature = 0,
       .coefficient = -0.75,
       .bins = {{.below = 25, .good = 80, .bad = 20, .woe = -0.8},
                {.below = 40, .good = 190, .bad = 20, .woe = 0.1},
                {.good = 390, .bad = 12, .woe = 1.1},
                {.takes = BinTakes::kMissing, .good = 30, .bad = 8, .woe = -0.9}}},
      {.feature = 2,
       .categorical = true,
       .coefficient = -1.125,
       .bins = {{.takes = BinTakes::kValuesAndMissing,
                 .categories = {0, 4},
                 .good = 500,
                 .bad = 25,
                 .woe = 0.6},
                {.categories = {1}, .good = 190, .bad = 35, .woe = -0.7}}}};
  AssignPoints(card);
  return card;
}

double Row(const Scorecard& card, double age, double housing) {
  return LogOdds(card, std::vector{age, 5.0, housing});
}

TEST(Scorecard, IsASumOverLeftClosedBins) {
  const Scorecard card = Card();
  const double own = -1.125 * 0.6;
  EXPECT_DOUBLE_EQ(Row(card, 24.999, 0), -2.25 + 0.75 * 0.8 + own);
  EXPECT_DOUBLE_EQ(Row(card, 25, 4), -2.25 - 0.75 * 0.1 + own);
  EXPECT_DOUBLE_EQ(Row(card, 40, 0), -2.25 - 0.75 * 1.1 + own);
  EXPECT_DOUBLE_EQ(Row(card, INFINITY, 0), -2.25 - 0.75 * 1.1 + own);
  EXPECT_DOUBLE_EQ(Row(card, -INFINITY, 1), -2.25 + 0.75 * 0.8 + 1.125 * 0.7);
  EXPECT_DOUBLE_EQ(Row(card, kMissing, 0), -2.25 + 0.75 * 0.9 + own);
}

TEST(Scorecard, UnknownCategoriesCountAsMissing) {
  const Scorecard card = Card();
  const double missing = Row(card, 30, kMissing);
  for (const double category : {2.0, 99.0, -3.0, 1e12}) {
    EXPECT_EQ(Row(card, 30, category), missing) << category;
  }
  EXPECT_EQ(Row(card, 30, 1.9), Row(card, 30, 1));
  EXPECT_NE(Row(card, 30, 1), missing);
}

TEST(Scorecard, PointsAreTheScaleOfTheLogOdds) {
  const Scorecard card = Card();
  for (const double age : {18.0, 30.0, 60.0, kMissing}) {
    const std::vector<double> row = {age, 0, 1};
    EXPECT_NEAR(Points(card, row), card.scale.Points(Logistic(LogOdds(card, row))), 1e-9);
  }
}

TEST(Scorecard, RoundedPointsDecideWhereAsked) {
  Scorecard card = Card();
  card.rounded = true;
  for (const double age : {18.0, 30.0, 60.0, kMissing}) {
    const std::vector<double> row = {age, 0, 1};
    const double points = Points(card, row);
    EXPECT_EQ(points, std::round(points));
    EXPECT_NEAR(points, card.scale.Points(Logistic(LogOdds(card, row))), 1e-9);
    EXPECT_NEAR(LogOdds(card, row), LogOdds(Card(), row), 2 * 0.5 / (20 / std::log(2)) + 1e-12);
  }
}

TEST(Scorecard, AttributionsSumToTheScoreAndAverageToNought) {
  for (const bool rounded : {false, true}) {
    Scorecard card = Card();
    card.rounded = rounded;
    std::vector<double> attributions(3);
    double mean_of_age = 0;
    const std::vector<double> ages = {18, 30, 60, kMissing};
    for (size_t i = 0; i < ages.size(); ++i) {
      const std::vector<double> row = {ages[i], 0, 1};
      Attribute(card, row, attributions);
      EXPECT_NEAR(std::accumulate(attributions.begin(), attributions.end(), MeanLogOdds(card)),
                  LogOdds(card, row), 1e-12);
      EXPECT_EQ(attributions[1], 0);
      const ScorecardBin& bin = card.characteristics[0].bins[i];
      mean_of_age += (bin.good + bin.bad) * attributions[0];
    }
    EXPECT_NEAR(mean_of_age, 0, 1e-9);
  }
}

TEST(Scorecard, ItsTextReadsBackToTheSameBits) {
  Scorecard card = Card();
  card.left_out = {{.name = "unused", .reason = "information value 0.0010 is below 0.02"}};
  const std::string text = WriteScorecard(card);
  const auto read = ParseScorecard(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(WriteScorecard(*read), text);
  EXPECT_EQ(Row(*read, 33, 1), Row(card, 33, 1));
}

/// The message that the card's text is refused with after one change.
std::string Refused(std::string_view from, std::string_view to) {
  std::string text = WriteScorecard(Card());
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto card = ParseScorecard(text);
  EXPECT_FALSE(card) << "accepted with " << to;
  return card ? "" : card.error().message;
}

TEST(Scorecard, DamageIsRefusedByName) {
  EXPECT_THAT(Refused("\"below\": 40", "\"below\": 20"), HasSubstr("age: the bounds do not rise"));
  EXPECT_THAT(Refused("\"below\": 40.0", "\"below\": null"),
              HasSubstr("age: the bounds do not rise"));
  EXPECT_THAT(Refused("            1\n", "            4\n"),
              HasSubstr("category 4 is there twice"));
  EXPECT_THAT(Refused("            1\n", "            1.5\n"), HasSubstr("1.5 is no category"));
  EXPECT_THAT(Refused("\"woe\": 0.1", "\"woe\": null"), HasSubstr("characteristics[0].bins[1]"));
  EXPECT_THAT(Refused("\"coefficient\": -0.75", "\"coefficient\": \"x\""),
              HasSubstr("coefficient"));
  EXPECT_THAT(Refused("\"pdo\": 20", "\"pdo\": 40"), HasSubstr("points where the scale gives"));
  EXPECT_THAT(Refused("\"pdo\": 20", "\"pdo\": 0"), HasSubstr("score scale"));
  EXPECT_THAT(Refused("\"feature\": \"age\"", "\"feature\": \"ages\""), HasSubstr("\"ages\""));
  EXPECT_THAT(Refused("\"feature\": \"housing\"", "\"feature\": \"age\""), HasSubstr("twice"));
  EXPECT_THAT(Refused("\"takes\": \"missing\"", "\"takes\": \"all\""), HasSubstr("takes"));
  EXPECT_THAT(Refused("values_and_missing", "values"), HasSubstr("0 bins take missing values"));
  EXPECT_THAT(Refused("\"good\": 80", "\"good\": -80"), HasSubstr("bin 1"));
  EXPECT_THAT(Refused("\"version\": 1", "\"version\": 2"), HasSubstr("newer"));
  EXPECT_THAT(Refused("\"version\": 1", "\"version\": 0"), HasSubstr("version"));
  EXPECT_THAT(Refused("\"rounded\"", "\"round\""), HasSubstr("rounded"));
}

TEST(Scorecard, ANewerTextIsUnsupported) {
  const auto card = ParseScorecard(R"({"format": "fairline_scorecard", "version": 7, "x": 1})");
  ASSERT_FALSE(card);
  EXPECT_EQ(card.error().code, ErrorCode::kUnsupported);
}

TEST(Scorecard, ThePrintedCardHasWholePointsAndRanges) {
  const std::string text = FormatScorecard(PrintedScorecard(Card()));
  for (const char* part : {"below 25", "25 to below 40", "40 and above", "0, 4; missing, other",
                           "20.00%", "20 points double the odds"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

}  // namespace
}  // namespace fairline
