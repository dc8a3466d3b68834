// FAIRLINE_TRY passes values and errors on; every error code has its own name.
#include "fairline/core/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace fairline {
namespace {

Result<std::unique_ptr<int>> Halve(int number) {
  if (number % 2 != 0) return Fail(ErrorCode::kInvalidArgument, "an odd number", "the detail");
  return std::make_unique<int>(number / 2);
}

Status CheckEven(int number) {
  FAIRLINE_TRY(Halve(number));
  return {};
}

Result<int> Quarter(int number) {
  FAIRLINE_TRY(CheckEven(number));
  const std::unique_ptr<int> half = FAIRLINE_TRY(Halve(number));
  return *FAIRLINE_TRY(Halve(*half));
}

TEST(Result, TryGivesTheValue) { EXPECT_EQ(Quarter(8), 2); }

TEST(Result, TryReturnsTheWholeErrorOfAnyStep) {
  for (const int number : {7, 6}) {
    const Result<int> result = Quarter(number);
    ASSERT_FALSE(result.has_value()) << number;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(result.error().message, "an odd number");
    EXPECT_EQ(result.error().detail, "the detail");
  }
}

TEST(Result, EveryErrorCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    names.insert(ErrorCodeName(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(ErrorCode::kInternal) + 1);
}

}  // namespace
}  // namespace fairline
