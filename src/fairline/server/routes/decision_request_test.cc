// The two shapes of a decision's body, and the key that binds a retry to it.
#include "fairline/server/routes/decision_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairline {
namespace {

using testing::HasSubstr;

TEST(DecisionRequestTest, PredictTakesFeaturesBareOrWrapped) {
  const Json features = *Json::Parse(R"({"A": 1, "B": null})");
  EXPECT_EQ(ReadPredictBody(R"({"A": 1, "B": null})")->features, features);
  EXPECT_EQ(ReadPredictBody(R"({"features": {"A": 1, "B": null}})")->features, features);
}

TEST(DecisionRequestTest, AFeatureNamedFeaturesIsNoWrapper) {
  EXPECT_TRUE(ReadPredictBody(R"({"features": 3})")->features.Find("features")->is_integer());
  EXPECT_NE(ReadPredictBody(R"({"features": {}, "A": 1})")->features.Find("A"), nullptr);
}

TEST(DecisionRequestTest, BodiesThatAreNoObject) {
  for (const char* body : {"", "[]", "3", "null", "{", "{\"A\":1}x", "NaN"}) {
    const auto predict = ReadPredictBody(body);
    ASSERT_FALSE(predict) << body;
    EXPECT_EQ(predict.error().code, ErrorCode::kInvalidArgument);
    EXPECT_TRUE(predict.error().faults.empty()) << "malformed is not a faulty field: " << body;
    EXPECT_FALSE(ReadDecisionBody(body)) << body;
  }
}

TEST(DecisionRequestTest, DecisionBodyNamesEveryFault) {
  const auto request = ReadDecisionBody(R"({"external_ref": 3, "extra": 1})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().faults.size(), 3u);
  for (const char* field : {"external_ref", "extra", "features"}) {
    EXPECT_THAT(request.error().message, HasSubstr(field));
  }
}

TEST(DecisionRequestTest, ExternalRefHasALimit) {
  EXPECT_TRUE(
      ReadDecisionBody(R"({"external_ref": ")" + std::string(128, 'x') + R"(", "features": {}})"));
  EXPECT_FALSE(
      ReadDecisionBody(R"({"external_ref": ")" + std::string(129, 'x') + R"(", "features": {}})"));
}

std::string Fingerprint(const char* features, std::string external_ref = {}) {
  Request request;
  request.headers = {{"idempotency-key", "k-1"}};
  const auto key = ReadIdempotencyKey(request, {*Json::Parse(features), std::move(external_ref)});
  return key && *key ? (*key)->request_sha256 : "(none)";
}

TEST(DecisionRequestTest, FingerprintIgnoresOrderAndNothingElse) {
  EXPECT_EQ(Fingerprint(R"({"A": 1, "B": 2})"), Fingerprint(R"({ "B":2,"A":1 })"));
  EXPECT_NE(Fingerprint(R"({"A": 1, "B": 2})"), Fingerprint(R"({"A": 2, "B": 1})"));
  EXPECT_NE(Fingerprint(R"({"A": 1})"), Fingerprint(R"({"A": "1"})"));
  EXPECT_NE(Fingerprint(R"({"A": null})"), Fingerprint(R"({})"));
  EXPECT_NE(Fingerprint(R"({"A": 1})"), Fingerprint(R"({"A": 1})", "ref"));
}

TEST(DecisionRequestTest, KeysAreCheckedAndOptional) {
  const DecisionRequest decision{*Json::Parse("{}"), ""};
  Request request;
  EXPECT_FALSE(ReadIdempotencyKey(request, decision)->has_value());
  const std::string longest(255, 'k'), too_long(256, 'k');
  request.headers = {{"Idempotency-Key", longest}};
  EXPECT_TRUE(ReadIdempotencyKey(request, decision)->has_value());
  for (std::string_view key : {std::string_view(""), std::string_view(too_long),
                               std::string_view("a b"), std::string_view("\xc3\xa4")}) {
    request.headers = {{"Idempotency-Key", key}};
    const auto result = ReadIdempotencyKey(request, decision);
    ASSERT_FALSE(result) << key;
    EXPECT_EQ(result.error().faults.at(0).field, "Idempotency-Key");
  }
}

}  // namespace
}  // namespace fairline
