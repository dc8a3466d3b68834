#include "fairline/models/stump_ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "fairline/core/json.h"
#include "fairline/core/math.h"
#include "fairline/models/random_stumps_test.h"

namespace fairline {
namespace {

using testing::HasSubstr;

StumpEnsemble Small() {
  StumpEnsemble model{.feature_names = {"A", "B"}};
  model.bags.push_back({{{.feature = 1,
                          .threshold = 2,
                          .missing_left = true,
                          .left_vote = -1,
                          .right_vote = 0.5,
                          .left_cover = 3,
                          .right_cover = 4},
                         {.feature = -1, .left_vote = 0.25, .left_cover = 7}}});
  model.bags.push_back({{{.feature = 0, .threshold = -0.0, .left_vote = 1e-17, .right_vote = 1}}});
  return model;
}

TEST(StumpEnsemble, IsTheMeanOfItsBags) {
  const StumpEnsemble model = Small();
  const std::vector<double> row = {0, 2};
  EXPECT_EQ(BagMargin(model.bags[0], row), -0.75);
  EXPECT_EQ(MeanBagMargin(model, row), (-0.75 + 1e-17) / 2);
  EXPECT_EQ(ModelScore(model, row), (Logistic(-0.75) + Logistic(1e-17)) / 2);
  EXPECT_EQ(BagMargin(model.bags[0], std::vector<double>{0, 2.5}), 0.75);
  EXPECT_EQ(BagMargin(model.bags[0], std::vector<double>{0, NAN}), -0.75);
  EXPECT_EQ(BagMargin(model.bags[1], std::vector<double>{NAN, 0}), 1);
}

// The order is part of the record format: engines tabulate the sums of single features.
TEST(StumpEnsemble, AddsTheVotesOfAFeatureBeforeThoseOfTheNext) {
  const auto always = [](int32_t feature, double vote) {
    return Stump{.feature = feature, .threshold = 9, .left_vote = vote};
  };
  const StumpBag bag{
      {always(1, 1e16), always(0, 1), always(1, -1e16), always(-1, 1), always(0, 1)}};
  EXPECT_EQ(BagMargin(bag, std::vector<double>{0, 0}), 3);
}

TEST(StumpEnsemble, ReadsWhatItWrote) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomStumps random(seed);
    const StumpEnsemble model = random.MakeModel(1 + seed, 1 + seed % 7, 9);
    const std::string text = WriteStumpEnsemble(model);
    const StumpEnsemble again = ParseStumpEnsemble(text).value();
    EXPECT_EQ(WriteStumpEnsemble(again), text);
    for (int i = 0; i < 10; ++i) {
      const std::vector<double> row = random.MakeRow(1 + seed);
      EXPECT_EQ(ModelScore(again, row), ModelScore(model, row));
    }
  }
}

TEST(StumpEnsemble, HasOneText) {
  EXPECT_EQ(WriteStumpEnsemble(Small()),
            R"({"format":"fairline_easy_ensemble","version":1,"features":["A","B"],"bags":[)"
            R"({"feature":[1,-1],"threshold":[2.0,0.0],"missing_left":[true,false],)"
            R"("left_vote":[-1.0,0.25],"right_vote":[0.5,0.0],"left_cover":[3.0,7.0],)"
            R"("right_cover":[4.0,0.0]},{"feature":[0],"threshold":[-0.0],"missing_left":[false],)"
            R"("left_vote":[1e-17],"right_vote":[1.0],"left_cover":[0.0],"right_cover":[0.0]}]})"
            "\n");
}

/// Why the small ensemble's text is refused after a change of the JSON.
Error Refusal(const std::function<void(Json&)>& change) {
  Json json = Json::Parse(WriteStumpEnsemble(Small())).value();
  change(json);
  const auto read = ParseStumpEnsemble(json.Dump());
  return read ? Error{} : read.error();
}

Json::Object FirstBag(const Json& json) { return json.Find("bags")->array()[0].object(); }

/// With one list of the first bag replaced.
std::string RefusalOfList(std::string_view key, Json list) {
  return Refusal([&](Json& json) {
           Json bag(FirstBag(json));
           bag[key] = std::move(list);
           json["bags"] = Json(Json::Array{std::move(bag)});
         })
      .message;
}

TEST(StumpEnsemble, NamesTheFaultOfAText) {
  EXPECT_THAT(RefusalOfList("feature", Json::ArrayOf<double>({0, 0.5})),
              HasSubstr("bags[0]: feature: 0.5"));
  EXPECT_THAT(RefusalOfList("feature", Json::ArrayOf<int>({0, 2})),
              HasSubstr("bags[0]: stump 2: feature 2 is none of the 2"));
  EXPECT_THAT(RefusalOfList("feature", Json::ArrayOf<int>({0})), HasSubstr("threshold"));
  EXPECT_THAT(RefusalOfList("threshold", Json(Json::Array{1, nullptr})), HasSubstr("threshold"));
  EXPECT_THAT(RefusalOfList("missing_left", Json(Json::Array{true, 1})),
              HasSubstr("bags[0]: missing_left: item 2"));
  EXPECT_THAT(RefusalOfList("left_vote", Json::ArrayOf<double>({1, 1e200})), HasSubstr("stump 2"));
  EXPECT_THAT(RefusalOfList("right_cover", Json::ArrayOf<double>({-1, 1})), HasSubstr("rows"));
  EXPECT_THAT(Refusal([](Json& json) { json["bags"] = Json::MakeArray(); }).message,
              HasSubstr("it has no bags"));
  EXPECT_THAT(Refusal([](Json& json) { json["features"] = Json(Json::Array{"A", "A"}); }).message,
              HasSubstr("\"A\" is there twice"));
  EXPECT_THAT(Refusal([](Json& json) { json["trees"] = 3; }).message, HasSubstr("trees"));
  EXPECT_THAT(Refusal([](Json& json) { json["format"] = "other"; }).message, HasSubstr("format"));
  EXPECT_EQ(Refusal([](Json& json) { json["version"] = 2; }).code, ErrorCode::kUnsupported);
  EXPECT_EQ(Refusal([](Json& json) { json["version"] = 0; }).code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace fairline
