// JsonReader: straight reading, and one sentence for each fault of a document.
#include <gtest/gtest.h>

#include "fairline/core/json.h"
#include "fairline/core/yaml.h"

namespace fairline {
namespace {

TEST(JsonReader, ReadsEveryKind) {
  const Json json = *Json::Parse(R"({"s": "x", "n": 2, "d": 2.5, "i": 5, "whole": 1e3, "b": true,
                                     "ss": ["a", "b"], "one": "a", "ns": [1, 2.5], "o": {"k": 1}})");
  JsonReader reader(json, "bundle.json");
  EXPECT_EQ(reader.String("s"), "x");
  EXPECT_EQ(reader.Number("n"), 2);
  EXPECT_EQ(reader.Number("d"), 2.5);
  EXPECT_EQ(reader.Integer("i"), 5);
  EXPECT_EQ(reader.Integer("whole"), 1000);
  EXPECT_TRUE(reader.Bool("b"));
  EXPECT_EQ(reader.Strings("ss"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(reader.Strings("one"), std::vector<std::string>{"a"});
  EXPECT_EQ(reader.Numbers("ns"), (std::vector<double>{1, 2.5}));
  EXPECT_EQ(reader.Value("o").Find("k")->integer(), 1);
  EXPECT_TRUE(reader.Has("o"));
  EXPECT_FALSE(reader.Has("p"));
  EXPECT_TRUE(reader.Finish().has_value());
}

TEST(JsonReader, AbsentAndNullGiveTheDefault) {
  const Json json = *Json::Parse(R"({"null": null})");
  JsonReader reader(json, "bundle.json");
  for (const std::string_view key : {"null", "absent"}) {
    EXPECT_EQ(reader.StringOr(key, "x"), "x");
    EXPECT_EQ(reader.NumberOr(key, 2.5), 2.5);
    EXPECT_EQ(reader.IntegerOr(key, 5), 5);
    EXPECT_TRUE(reader.BoolOr(key, true));
    EXPECT_EQ(reader.StringsOr(key, {"a"}), std::vector<std::string>{"a"});
    EXPECT_EQ(reader.NumbersOr(key, {1}), std::vector<double>{1});
    EXPECT_EQ(reader.ValueOr(key), nullptr);
  }
  EXPECT_TRUE(reader.Finish().has_value());
}

/// Reads one key in one way and gives the message of Finish().
template <typename Read>
std::string MessageOf(std::string_view text, Read read) {
  const Json json = *Json::Parse(text);
  JsonReader reader(json, "m.json");
  read(reader);
  const Status status = reader.Finish();
  return status ? "" : status.error().message;
}

TEST(JsonReader, SaysWhatIsWrongWithAValue) {
  using R = JsonReader&;
  const auto string = [](R r) { r.String("k"); };
  const auto number = [](R r) { r.NumberOr("k", 1); };
  const auto integer = [](R r) { r.Integer("k"); };
  const auto boolean = [](R r) { r.BoolOr("k", true); };
  const auto strings = [](R r) { r.Strings("k"); };
  const auto numbers = [](R r) { r.NumbersOr("k", {}); };
  const auto value = [](R r) { r.Value("k"); };

  EXPECT_EQ(MessageOf("{}", string), "m.json: missing key \"k\"");
  EXPECT_EQ(MessageOf("{}", value), "m.json: missing key \"k\"");
  EXPECT_EQ(MessageOf(R"({"k": null})", string), "m.json: k: must have a value, not null");
  EXPECT_EQ(MessageOf(R"({"k": 1})", string), "m.json: k: must be a string, not a whole number");
  EXPECT_EQ(MessageOf(R"({"k": "1"})", number), "m.json: k: must be a number, not a string");
  EXPECT_EQ(MessageOf(R"({"k": 1.5})", integer), "m.json: k: must be a whole number, not a number");
  EXPECT_EQ(MessageOf(R"({"k": 1e300})", integer),
            "m.json: k: must be a whole number, not a number");
  EXPECT_EQ(MessageOf(R"({"k": 1})", boolean),
            "m.json: k: must be true or false, not a whole number");
  EXPECT_EQ(MessageOf(R"({"k": {}})", strings),
            "m.json: k: must be an array of strings, not an object");
  EXPECT_EQ(MessageOf(R"({"k": ["a", 2]})", strings),
            "m.json: k: must be an array of strings; item 2 is a whole number");
  EXPECT_EQ(MessageOf(R"({"k": [1, null]})", numbers),
            "m.json: k: must be an array of numbers; item 2 is null");
  EXPECT_EQ(MessageOf("[1]", string), "m.json: must be an object with keys, not an array");
}

TEST(JsonReader, NamesEveryFaultOfAYamlFileWithItsLine) {
  const Json json = *ParseYaml("name: risk\nfold: 5\nseed: x\nrate: .nan\n", "train.yaml");
  JsonReader reader(json, "train.yaml");
  reader.String("name");
  reader.IntegerOr("folds", 5);
  reader.Integer("seed");
  reader.Number("rate");
  reader.Fault("name", "is taken");
  reader.Bool("fast");
  const Status status = reader.Finish();
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(status.error().message,
            "train.yaml:3: seed: must be a whole number, not a string; "
            "train.yaml:4: rate: must be a number, not an infinity or NaN; "
            "train.yaml:1: name: is taken; "
            "train.yaml:1: missing key \"fast\"; "
            "train.yaml:2: unknown key \"fold\"; did you mean \"folds\"?");
  std::vector<std::string> fields;
  for (const FieldFault& fault : status.error().faults) fields.push_back(fault.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"seed", "rate", "name", "fast", "fold"}));
  EXPECT_EQ(status.error().faults[2].message, "is taken");
}

TEST(JsonReader, APathInsideTheFileStandsBehindTheLine) {
  const Json json = *ParseYaml("model:\n  parameters:\n    depth: x\n    leafs: 3\n", "t.yaml");
  JsonReader reader(*json.Find("model")->Find("parameters"), "t.yaml: model.parameters");
  reader.Integer("depth");
  const Status status = reader.Finish();
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message,
            "t.yaml:3: model.parameters: depth: must be a whole number, not a string; "
            "t.yaml:4: model.parameters: unknown key \"leafs\"");
  EXPECT_EQ(status.error().faults[0].field, "model.parameters.depth");
}

TEST(JsonReader, SuggestsOnlyKeysThatAreNotThere) {
  EXPECT_EQ(MessageOf(R"({"folds": 1, "fold": 2})", [](JsonReader& r) { r.Integer("folds"); }),
            "m.json: unknown key \"fold\"");
}

}  // namespace
}  // namespace fairline
