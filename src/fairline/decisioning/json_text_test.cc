#include "fairline/decisioning/json_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <limits>
#include <string>

namespace fairline {
namespace {

std::string TextOf(const Json& value) {
  std::string text;
  AppendJson(value, text);
  return text;
}

RC_GTEST_PROP(JsonText, WritesWhatJsonDoes,
              (const std::string& string, int64_t integer, bool truth)) {
  for (const Json& value : {Json(string), Json(integer), Json(std::bit_cast<double>(integer)),
                            Json(truth), Json(), Json(Json::Array{string, integer})}) {
    RC_ASSERT(TextOf(value) == value.Dump());
  }
}

TEST(JsonText, WritesNumbersThatReadBackAsTheyWere) {
  for (const double number :
       {0.0, -0.0, 1.0, -17.0, 1e15, 1e300, 5e-324, 0.1, std::numeric_limits<double>::max(),
        std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(TextOf(number), Json(number).Dump());
  }
}

TEST(JsonText, EscapesWhatMustBe) {
  for (const char* text : {"", "plain", "\"quoted\"", "back\\slash", "new\nline", "\x01", "\x7f",
                           "Ünïcode", "bro\xffken"}) {
    EXPECT_EQ(TextOf(text), Json(text).Dump());
  }
}

}  // namespace
}  // namespace fairline
