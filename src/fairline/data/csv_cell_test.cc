#include "fairline/data/csv_cell.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace fairline {
namespace {

TEST(CsvCellTest, ReadsNumbers) {
  const std::pair<std::string_view, double> cells[] = {
      {"0", 0},
      {"12", 12},
      {"-3.5", -3.5},
      {".5", 0.5},
      {"5.", 5},
      {"+7", 7},
      {" 8\t", 8},
      {"1e3", 1000},
      {"1E-3", 0.001},
      {"0.1", 0.1},
      {"365243", 365243},
      {"123456789012345678", 123456789012345678.0},
      {"0.262948592", 0.262948592},
      {"1.7976931348623157e308", 1.7976931348623157e308}};
  for (const auto& [text, value] : cells) EXPECT_EQ(NumericCell({text}).value(), value) << text;
  EXPECT_TRUE(std::signbit(NumericCell({"-0"}).value()));
}

TEST(CsvCellTest, MissingValuesAreNaNInNumericColumns) {
  for (const std::string_view text : {"", " ", "NA", "NaN", "nan", "null", "NULL", "N/A", "None"}) {
    EXPECT_TRUE(std::isnan(NumericCell({text}).value())) << text;
    EXPECT_TRUE(std::isnan(NumericCell({text, true}).value())) << text;
  }
}

TEST(CsvCellTest, SaysWhatIsNotANumber) {
  EXPECT_EQ(NumericCell({"12,5"}).error().message, "\"12,5\" is not a number");
  EXPECT_EQ(NumericCell({"1e400"}).error().message, "\"1e400\" is outside the range of numbers");
  EXPECT_EQ(NumericCell({"inf"}).error().message, "\"inf\" is not a finite number");
  for (const std::string_view text : {"-", "+", ".", "-.", "1.2.3", "0x10", "1 2", "--1", "+-1",
                                      "1e", "12abc", "nan(1)", "Nan"}) {
    EXPECT_FALSE(NumericCell({text})) << text;
  }
  const std::string longer(100, 'x');
  EXPECT_EQ(NumericCell({longer}).error().message,
            "\"" + longer.substr(0, 40) + "...\" is not a number");
}

TEST(CsvCellTest, QuotedWordsAreTextInCategoricalColumns) {
  EXPECT_TRUE(IsMissingCategory({"NA"}));
  EXPECT_FALSE(IsMissingCategory({"NA", true}));
  EXPECT_TRUE(IsMissingCategory({"", true}));
  EXPECT_FALSE(IsMissingCategory({"XNA"}));
  EXPECT_FALSE(IsMissingCategory({" "}));
}

/// Bits of what the standard library makes of a plain decimal number.
uint64_t StandardBits(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::bit_cast<uint64_t>(value);
}

RC_GTEST_PROP(CsvCellProperty, TheShortWayGivesTheSameBits, ()) {
  const auto digits = *rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::inRange<char>('0', char{'9' + 1})));
  const auto point = *rc::gen::inRange<size_t>(0, digits.size() + 1);
  std::string text = *rc::gen::element<std::string>("", "-") + digits.substr(0, point);
  if (point < digits.size()) text += "." + digits.substr(point);
  RC_ASSERT(std::bit_cast<uint64_t>(NumericCell({text}).value()) == StandardBits(text));
}

}  // namespace
}  // namespace fairline
