// YAML: core-schema scalars, lines, and refusal of what would surprise.
#include "fairline/core/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

TEST(Yaml, ReadsPlainScalarsByTheCoreSchema) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "null"},
      {"~", "null"},
      {"NULL", "null"},
      {"true", "true"},
      {"False", "false"},
      {"yes", "\"yes\""},
      {"on", "\"on\""},
      {"12", "12"},
      {"+5", "5"},
      {"-5", "-5"},
      {"0123", "123"},
      {"0x1F", "31"},
      {"0o17", "15"},
      {"0x", "\"0x\""},
      {"0x-1", "\"0x-1\""},
      {"1_000", "\"1_000\""},
      {"1e3", "1000.0"},
      {"1.", "1.0"},
      {".5", "0.5"},
      {"-0.0", "-0.0"},
      {"+.5e-3", "5e-04"},
      {".", "\".\""},
      {"-", "[null]"},
      {"1e", "\"1e\""},
      {"+-5", "\"+-5\""},
      {"inf", "\"inf\""},
      {"nan", "\"nan\""},
      {"1.2.3", "\"1.2.3\""},
      {"123456789012345678901", "123456789012345683968.0"},
      {"2026-11-21", "\"2026-11-21\""},
      {"\"1\"", "\"1\""},
      {"'true'", "\"true\""},
      {"''", "\"\""},
      {"|\n  x\n  y\n", "\"x\\ny\\n\""},
      {"{a: [1, b], c: {}}", "{\"a\":[1,\"b\"],\"c\":{}}"},
  };
  for (const auto& [text, expected] : cases) {
    const auto json = ParseYaml(text, "t.yaml");
    ASSERT_TRUE(json.has_value()) << text << ": " << json.error().message;
    EXPECT_EQ(json->Dump(), expected) << text;
  }
}

TEST(Yaml, ReadsInfinitiesAndNaN) {
  const Json json = *ParseYaml("[.inf, -.INF, .nan]", "t.yaml");
  EXPECT_EQ(json.array()[0].number(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(json.array()[1].number(), -std::numeric_limits<double>::infinity());
  EXPECT_NE(json.array()[2].number(), json.array()[2].number());
}

TEST(Yaml, EachValueKnowsItsLine) {
  const Json json =
      *ParseYaml("# comment\na: 1\nb:\n  c:\n    - x\n    - {d: 2,\n       e: 3}\n", "t.yaml");
  EXPECT_EQ(json.line(), 2);
  EXPECT_EQ(json.Find("a")->line(), 2);
  EXPECT_EQ(json.Find("b")->line(), 3);
  const Json& list = *json.Find("b")->Find("c");
  EXPECT_EQ(list.line(), 4);
  EXPECT_EQ(list.array()[0].line(), 5);
  EXPECT_EQ(list.array()[1].Find("d")->line(), 6);
  EXPECT_EQ(list.array()[1].Find("e")->line(), 7);
}

TEST(Yaml, ResolvesAnchors) {
  const Json json = *ParseYaml("a: &x {b: 1}\nc: *x\n", "t.yaml");
  EXPECT_EQ(json.Dump(), R"({"a":{"b":1},"c":{"b":1}})");
  EXPECT_EQ(json.Find("c")->line(), 2);
}

TEST(Yaml, TakesAByteOrderMarkAndAVersionLine) {
  EXPECT_EQ(ParseYaml("\xef\xbb\xbf%YAML 1.2\n---\na: 1\n", "t.yaml")->Dump(), R"({"a":1})");
}

std::string AliasBomb() {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += "*a" + std::to_string(i - 1) + ", ";
    text += "]\n";
  }
  return text;
}

TEST(Yaml, RefusesWithTheLine) {
  const std::pair<std::string, std::string_view> cases[] = {
      {"a: 1\nb: 2\na: 3\n", "t.yaml:3: the key \"a\" is given twice"},
      {"b: {x: 1, \"x\": 2}", "t.yaml:1: the key \"x\" is given twice"},
      {"a: 1\nb: !foo 1", "t.yaml:2: the tag !foo is not allowed here"},
      {"a: !!str 1", "t.yaml:1: the tag tag:yaml.org,2002:str is not allowed here"},
      {"---\na: 1\n---\nb: 2", "t.yaml:3: there is more text after the end of the first document"},
      {",1", "t.yaml:1: there is more text after the end of the first document"},
      {"[0],", "t.yaml:1: there is more text after the end of the first document"},
      {"a: 1\n? [1]\n: 2", "t.yaml:2: a key must be a single word or text"},
      {"a: 1\nb: [1", "t.yaml:2: this is not YAML"},
      {"a: 1\n\tb: 2", "t.yaml:2: this is not YAML"},
      {"a: b: c", "t.yaml:1: this is not YAML"},
      {"a: *x", "t.yaml:1: this is not YAML"},
      {"a: \"\\ud800\"", "t.yaml:1: this is not YAML"},
      {"a: \xff", "t.yaml: the text is not valid UTF-8"},
      {"a: &x [*x]", "t.yaml:1: more than 64 levels"},
      {std::string(70, '[') + std::string(70, ']'), "t.yaml:1: more than 64 levels"},
      {std::string(5'000, '['), "t.yaml: more than 64 levels"},
      {AliasBomb(), "more than 100000 values"},
  };
  for (const auto& [text, message] : cases) {
    const auto json = ParseYaml(text, "t.yaml");
    ASSERT_FALSE(json.has_value()) << text.substr(0, 80);
    EXPECT_EQ(json.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(json.error().message, testing::HasSubstr(message)) << text.substr(0, 80);
  }
}

TEST(Yaml, RefusesAFileThatIsTooLarge) {
  const auto json = ParseYaml(std::string(limits::kConfigBytes + 1, ' '), "t.yaml");
  ASSERT_FALSE(json.has_value());
  EXPECT_EQ(json.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace fairline
