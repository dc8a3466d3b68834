// What a request may hold, what each fault is called, and that received values stay as they are.
#include "fairline/decisioning/application.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fairline/core/limits.h"
#include "fairline/registry/test_bundle.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Json Parsed(std::string_view text) {
  auto json = Json::Parse(text);
  EXPECT_TRUE(json) << json.error().message;
  return *std::move(json);
}

Result<Application> Read(std::string_view text) {
  return ReadApplication(TestSignature(), Parsed(text), "TARGET");
}

// The faults as "field: message" lines.
std::vector<std::string> FaultsOf(std::string_view text) {
  const auto application = Read(text);
  EXPECT_FALSE(application);
  if (application) return {};
  EXPECT_EQ(application.error().code, ErrorCode::kInvalidArgument);
  std::vector<std::string> lines;
  for (const auto& [field, message] : application.error().faults) {
    EXPECT_THAT(application.error().message, HasSubstr(field + " " + message));
    lines.push_back(field + ": " + message);
  }
  return lines;
}

// A valid request with one field replaced.
std::string With(std::string_view field, std::string_view value) {
  Json json = Parsed(R"({"AMOUNT":1000,"DAYS_EMPLOYED":-10,"CONTRACT":"Cash loans"})");
  json[field] = Parsed(value);
  return json.Dump();
}

TEST(ApplicationTest, ReadsAWholeRequest) {
  const auto application = Read(
      R"({"COMMENT":"hello","CONTRACT":"Revolving loans","GENDER":"F","INCOME":-0.0,
          "DAYS_EMPLOYED":-1000.25,"AMOUNT":406597.5,"ID":100001})");
  ASSERT_TRUE(application) << application.error().message;
  EXPECT_EQ(application->external_ref, "100001");
  EXPECT_EQ(application->amount_minor, 40659750);
  EXPECT_EQ(application->features.Dump(),
            R"({"ID":100001,"AMOUNT":406597.5,"DAYS_EMPLOYED":-1000.25,"INCOME":-0.0,)"
            R"("CONTRACT":"Revolving loans","GENDER":"F"})");
  const RawRow& raw = application->raw;
  ASSERT_EQ(raw.size(), 7);
  EXPECT_TRUE(std::isnan(raw[0]));
  EXPECT_EQ(raw[1], 406597.5);
  EXPECT_EQ(raw[2], -1000.25);
  EXPECT_TRUE(std::signbit(raw[3]));
  EXPECT_EQ(raw[4], 1);
  EXPECT_EQ(raw[5], 0);
  EXPECT_TRUE(application->notes.empty());
}

TEST(ApplicationTest, NullAndEmptyCategoriesAreMissing) {
  const auto application = Read(R"({"AMOUNT":null,"DAYS_EMPLOYED":null,"CONTRACT":""})");
  ASSERT_TRUE(application);
  for (const double value : application->raw) EXPECT_TRUE(std::isnan(value));
  EXPECT_FALSE(application->amount_minor);
  EXPECT_TRUE(application->notes.empty());
  EXPECT_EQ(application->features.Dump(), R"({"AMOUNT":null,"DAYS_EMPLOYED":null,"CONTRACT":""})");
}

TEST(ApplicationTest, EveryFaultIsNamed) {
  EXPECT_THAT(
      FaultsOf(R"({"AMUONT":1,"AMOUNT":"12","DAYS_EMPLOYED":5,"INCOME":true,"TARGET":0,
                           "GENDER":3,"ID":[1]})"),
      ElementsAre("AMUONT: is not a field of this model",
                  "TARGET: is the outcome and is never part of a request",
                  "ID: must be a string or a whole number, not an array",
                  "AMOUNT: must be a number, not a string", "DAYS_EMPLOYED: must be at most 0",
                  "INCOME: must be a number, not a boolean",
                  "CONTRACT: is required (null says that it is missing)",
                  "GENDER: must be a string, not a whole number"));
}

TEST(ApplicationTest, NeedsAnObject) {
  EXPECT_EQ(Read("[1]").error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(Read("[1]").error().message, HasSubstr("an array"));
}

TEST(ApplicationTest, SentinelsAreExemptFromTheRange) {
  EXPECT_TRUE(Read(With("DAYS_EMPLOYED", "365243")));
  EXPECT_TRUE(Read(With("DAYS_EMPLOYED", "-20000")));
  EXPECT_THAT(FaultsOf(With("DAYS_EMPLOYED", "-20000.5")),
              ElementsAre("DAYS_EMPLOYED: must be at least -20000"));
  EXPECT_FALSE(Read(With("DAYS_EMPLOYED", "365242")));
}

TEST(ApplicationTest, AmountsAreRoundedHalfAwayFromZero) {
  EXPECT_EQ(Read(With("AMOUNT", "0"))->amount_minor, 0);
  EXPECT_EQ(Read(With("AMOUNT", "0.125"))->amount_minor, 13);
  EXPECT_EQ(Read(With("AMOUNT", "99999999.99"))->amount_minor, limits::kAmountMinorMax);
  for (const char* bad : {"-0.01", "100000000", "1e300"}) {
    EXPECT_THAT(FaultsOf(With("AMOUNT", bad)),
                ElementsAre("AMOUNT: must be an amount from 0 to 99999999.99"));
  }
}

TEST(ApplicationTest, AnUnseenCategoryIsNotedWithoutItsValue) {
  const auto application = Read(With("CONTRACT", "\"Secret loans\""));
  ASSERT_TRUE(application);
  EXPECT_EQ(application->raw[4], kUnseenCategory);
  ASSERT_EQ(application->notes.size(), 1);
  EXPECT_EQ(application->notes[0].field, "CONTRACT");
  EXPECT_EQ(application->notes[0].code, "unseen_category");
  EXPECT_THAT(application->notes[0].message, Not(HasSubstr("Secret")));
}

TEST(ApplicationTest, LongTextsAreRefusedAndNotRepeated) {
  const std::string quoted = "\"" + std::string(2000, 'x') + "\"";
  EXPECT_THAT(FaultsOf(With("CONTRACT", quoted)),
              ElementsAre("CONTRACT: is longer than 1024 bytes"));
  EXPECT_THAT(FaultsOf(With("ID", quoted)), ElementsAre("ID: is longer than 128 bytes"));
  std::string name;
  for (int i = 0; i < 100; ++i) name += "€";
  const std::string shown = FaultsOf(With(name, "1"))[0];
  EXPECT_LT(shown.size(), 150);
  EXPECT_TRUE(Json::Parse(Json(shown).Dump()));  // still whole UTF-8
}

}  // namespace
}  // namespace fairline
