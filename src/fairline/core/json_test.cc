// JSON: what is written reads back equal, what is not RFC 8259 is refused with its place.
#include "fairline/core/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "fairline/core/limits.h"

namespace fairline {

/// For the messages of failed tests.
void PrintTo(const Json& json, std::ostream* out) { *out << json.Dump(); }

namespace {

using testing::HasSubstr;

std::string Nested(size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(JsonParse, ReadsEveryKind) {
  const Json json =
      *Json::Parse(R"( {"a": [1, -2.5, true, false, null], "b": {"c": "d"}, "e": {}, "f": []} )");
  const Json expected(Json::Object{
      {"a", Json::Array{1, -2.5, true, false, nullptr}},
      {"b", Json::Object{{"c", "d"}}},
      {"e", Json::MakeObject()},
      {"f", Json::MakeArray()},
  });
  EXPECT_EQ(json, expected);
  EXPECT_EQ(json.object()[1].first, "b");
}

TEST(JsonParse, KeepsTheKindAndTheBitsOfNumbers) {
  const std::pair<std::string_view, Json> cases[] = {
      {"0", 0},
      {"-0.0", -0.0},
      {"5", 5},
      {"5.0", 5.0},
      {"1E+2", 100.0},
      {"0.1", 0.1},
      {"9007199254740993", int64_t{9007199254740993}},
      {"9223372036854775807", std::numeric_limits<int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<int64_t>::min()},
      {"9223372036854775808", 0x1p63},
      {"18446744073709551615", 0x1p64},
      {"5e-324", 5e-324},
      {"1e-400", 0.0},
      {"2.2250738585072011e-308", 2.2250738585072011e-308},
      {"1.7976931348623157e308", 1.7976931348623157e308},
  };
  for (const auto& [text, expected] : cases) {
    const auto parsed = Json::Parse(text);
    ASSERT_TRUE(parsed.has_value()) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, expected) << text;
    EXPECT_EQ(std::signbit(parsed->number()), std::signbit(expected.number())) << text;
  }
}

TEST(JsonParse, ReadsEscapesAndUnicode) {
  EXPECT_EQ(Json::Parse(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é")")->string(),
            "\"\\/\b\f\n\r\t\u00e9\U0001f600\u00e9");
  EXPECT_EQ(Json::Parse(R"("\u0000")")->string(), std::string(1, '\0'));
}

struct Refused {
  std::string text;
  std::string_view message;
};

const Refused kRefused[] = {
    {"", "the text is empty"},
    {" \n\t", "the text is empty"},
    {"\xef\xbb\xbf[1]", "begins with a byte order mark"},
    {"[1] 2", "line 1, column 5 (byte 4): there is more text after the end"},
    {std::string("1\0", 2), "(byte 1): there is more text after the end"},
    {"{\n  \"a\": 1,\n  \"b\": x\n}", "line 3, column 8 (byte 19): expected a value"},
    {"[1,]", "(byte 3): expected a value"},
    {"[1 2]", "(byte 3): expected ',' or ']'"},
    {"[1", "(byte 2): the text ends where ',' or ']' was expected"},
    {"{\"a\":1,}", "(byte 7): expected a key in double quotes"},
    {"{\"a\" 1}", "(byte 5): expected ':' after the key"},
    {"{\"a\":1", "the text ends where ',' or '}' was expected"},
    {"{a:1}", "(byte 1): expected a key in double quotes"},
    {"{1:1}", "(byte 1): expected a key in double quotes"},
    {"'a'", "(byte 0): expected a value"},
    {"nul", "(byte 0): expected a value"},
    {"True", "(byte 0): expected a value"},
    {"NaN", "(byte 0): expected a value"},
    {"Infinity", "(byte 0): expected a value"},
    {"-Infinity", "(byte 0): expected a number"},
    {"[1e400]", "(byte 1): this number is outside the range of a double"},
    {"[0, -1e400]", "(byte 4): this number is outside the range of a double"},
    {"[1e-400, 1e400]", "(byte 9): this number is outside the range of a double"},
    {"18446744073709551616", "this whole number needs more than 64 bits"},
    {"-9223372036854775809", "this whole number needs more than 64 bits"},
    {"0123", "a number must not begin with 0"},
    {"-", "expected a number"},
    {"+1", "expected a value"},
    {".5", "expected a value"},
    {"[1.]", "(byte 3): expected a digit after the decimal point"},
    {"1e", "the text ends where a digit of the exponent was expected"},
    {"0x10", "(byte 1): there is more text after the end"},
    {"// comment\n1", "expected a value"},
    {"\"abc", "(byte 0): this text in quotes has no end"},
    {"\"a\tb\"", "(byte 2): a control character inside quotes"},
    {std::string("\"\0\"", 3), "(byte 1): a control character inside quotes"},
    {"\"\\x\"", "(byte 1): an unknown escape"},
    {"\"\\u12g4\"", "(byte 1): \\u needs four hexadecimal digits"},
    {"\"\\ud800\"", "(byte 1): half of a surrogate pair"},
    {"\"\\ud800\\u0041\"", "(byte 1): half of a surrogate pair"},
    {"\"\\ude00\"", "(byte 1): half of a surrogate pair"},
    {"\"a\xff\"", "(byte 2): a byte that is not valid UTF-8"},
    {"\"\xc0\xaf\"", "(byte 1): a byte that is not valid UTF-8"},
    {"\"\xed\xa0\x80\"", "(byte 1): a byte that is not valid UTF-8"},
    {"\"\xf0\x9f\x98", "(byte 1): a byte that is not valid UTF-8"},
    {"{\"a\": 1, \"b\": 2, \"a\": 1}", "the key \"a\" is given twice in one object"},
    {"[{\"x\": {\"k\\\"\": 1, \"k\\u0022\": 2}}]",
     "the key \"k\\\"\" is given twice in one object"},
    {Nested(limits::kJsonDepth + 1), "(byte 64): more than 64 levels of arrays and objects"},
    {std::string(1'000'000, '['), "(byte 64): more than 64 levels of arrays and objects"},
    {std::string(1'000'000, '{'), "(byte 1): expected a key in double quotes"},
};

TEST(JsonParse, RefusesWhatIsNotJsonAndSaysWhere) {
  for (const auto& [text, message] : kRefused) {
    const auto parsed = Json::Parse(text);
    ASSERT_FALSE(parsed.has_value()) << text.substr(0, 80);
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(parsed.error().message, HasSubstr(message)) << text.substr(0, 80);
  }
}

TEST(JsonParse, TakesTheDeepestAllowedText) {
  EXPECT_TRUE(Json::Parse(Nested(limits::kJsonDepth)).has_value());
}

TEST(JsonParse, ReadsLargeTextsAndFindsTheirDuplicates) {
  Json large;
  for (int i = 0; i < 2'000; ++i) {
    large["key " + std::to_string(i)] = Json(std::string(1'000, 'x'));
  }
  std::string text = large.Dump();
  EXPECT_EQ(Json::Parse(text), large);
  text.insert(1, R"("key 1999":0,)");
  const auto parsed = Json::Parse(text);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_THAT(parsed.error().message, HasSubstr("\"key 1999\""));
}

TEST(JsonDump, WritesTheShortestTextThatReadsBack) {
  const std::pair<Json, std::string_view> cases[] = {
      {Json(), "null"},
      {true, "true"},
      {-7, "-7"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.30000000000000004"},
      {5.0, "5.0"},
      {-0.0, "-0.0"},
      {1e300, "1e+300"},
      {0x1p64, "18446744073709551616.0"},
      {std::numeric_limits<double>::quiet_NaN(), "null"},
      {-std::numeric_limits<double>::infinity(), "null"},
      {"a\"b\\c\n\r\t\x01\x7f/é", "\"a\\\"b\\\\c\\n\\r\\t\\u0001\x7f/é\""},
      {Json::MakeArray(), "[]"},
      {Json::MakeObject(), "{}"},
      {Json::Array{1, Json::Object{{"b", 2}, {"a", "x"}}}, R"([1,{"b":2,"a":"x"}])"},
  };
  for (const auto& [json, text] : cases) EXPECT_EQ(json.Dump(), text);
}

TEST(JsonDump, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(Json("a\xff\xe9z\u00e9\xf0\x9f").Dump(), "\"a\ufffd\ufffdz\u00e9\ufffd\ufffd\"");
}

TEST(JsonDump, PrettyIsIndentedByTwoSpaces) {
  const Json json(Json::Object{{"a", Json::Array{1, 2}}, {"b", Json::MakeObject()}});
  EXPECT_EQ(json.Pretty(), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
  EXPECT_EQ(Json::Parse(json.Pretty()), json);
}

/// Any value of at most `levels` levels: every double's bits, every byte that is a character.
Json ArbitraryJson(int levels) {
  const auto text = [] {
    return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)) +
           *rc::gen::element<std::string>("", "\"", "\\", "é", "\U0001f600", "\u2028");
  };
  switch (*rc::gen::inRange(0, levels > 0 ? 7 : 5)) {
    case 0:
      return Json();
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<int64_t>();
    case 3: {
      const double number = std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>());
      return std::isfinite(number) ? number : std::trunc(*rc::gen::arbitrary<double>());
    }
    case 4:
      return text();
    case 5: {
      Json array = Json::MakeArray();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) array.Append(ArbitraryJson(levels - 1));
      return array;
    }
    default: {
      Json object = Json::MakeObject();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) object[text()] = ArbitraryJson(levels - 1);
      return object;
    }
  }
}

RC_GTEST_PROP(JsonRoundTrip, WhatIsWrittenReadsBackEqual, ()) {
  const Json json = ArbitraryJson(4);
  const auto parsed = Json::Parse(json.Dump());
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == json);
  RC_ASSERT(parsed->Dump() == json.Dump());
  RC_ASSERT(*Json::Parse(json.Pretty()) == json);
}

RC_GTEST_PROP(JsonRoundTrip, ACutTextIsRefusedWithAMessage, ()) {
  const std::string text = Json(Json::Array{ArbitraryJson(3)}).Dump();
  const auto parsed = Json::Parse(text.substr(0, *rc::gen::inRange<size_t>(0, text.size())));
  RC_ASSERT(!parsed.has_value());
  RC_ASSERT(parsed.error().message != "this is not JSON that can be read");
}

TEST(Json, BuildsObjectsAndArraysInPlace) {
  Json json;
  json["b"] = 1;
  json["a"]["x"] = 2;
  json["b"] = 3;
  json["list"].Append("one");
  json["list"].Append(2.5);
  EXPECT_EQ(json.Dump(), R"({"b":3,"a":{"x":2},"list":["one",2.5]})");
  EXPECT_EQ(json.Find("a")->Find("x")->integer(), 2);
  EXPECT_EQ(json.Find("none"), nullptr);
  EXPECT_EQ(Json(1).Find("a"), nullptr);
  EXPECT_EQ(Json::ArrayOf<double>({1, 2.5}).Dump(), "[1.0,2.5]");
}

TEST(Json, NumberTakesIntegersToo) {
  EXPECT_EQ(Json(7).number(), 7);
  EXPECT_TRUE(Json(7).is_number());
  EXPECT_FALSE(Json(7.0).is_integer());
  EXPECT_FALSE(Json(7) == Json(7.0));
}

TEST(JsonDeathTest, AccessAsAnotherKindStopsTheProcess) {
  EXPECT_DEATH(Json("x").number(), "not a number");
  EXPECT_DEATH(Json(1.5).integer(), "not an integer");
  EXPECT_DEATH(Json(1)["key"], "not an object");
  EXPECT_DEATH(Json("x").Append(1), "not an array");
}

}  // namespace
}  // namespace fairline
