// What counts as a typing error.
#include "fairline/core/suggest.h"

#include <gtest/gtest.h>

namespace fairline {
namespace {

TEST(DidYouMean, TakesTheNearestNameWithinTwoEdits) {
  const std::vector<std::string> known = {"folds", "learning_rate", "seed", "id"};
  const std::pair<std::string, std::string> cases[] = {
      {"fold", "folds"},
      {"fodls", "folds"},
      {"seeds", "seed"},
      {"sed", "seed"},
      {"seeed", "seed"},
      {"learningrate", "learning_rate"},
      {"learnig_rat", "learning_rate"},
  };
  for (const auto& [typed, meant] : cases) {
    EXPECT_EQ(DidYouMean(typed, known), "; did you mean \"" + meant + "\"?") << typed;
  }
}

TEST(DidYouMean, IsSilentWhenNothingResemblesTheName) {
  const std::vector<std::string> known = {"folds", "learning_rate", "id"};
  for (const std::string typed : {"", "x", "no", "threads", "learning", "fxxxds"}) {
    EXPECT_EQ(DidYouMean(typed, known), "") << typed;
  }
  EXPECT_EQ(DidYouMean(std::string(100'000, 'a'), {std::string(100'000, 'b')}), "");
}

}  // namespace
}  // namespace fairline
