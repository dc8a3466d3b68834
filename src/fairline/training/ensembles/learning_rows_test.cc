#include "fairline/training/ensembles/learning_rows.h"

#include <gmock/gmock.h>

#include <set>

#include "fairline/training/ensembles/testing_matrix.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MatrixOf;

std::string Fault(const EncodedMatrix& matrix, const std::vector<double>& outcomes) {
  const auto rows = ByClass(matrix, outcomes);
  return rows ? "" : rows.error().message;
}

TEST(ByClass, TakesRowsApart) {
  const auto rows = ByClass(MatrixOf({{1, 2, 3}}), std::vector<double>{0, 1, 0});
  ASSERT_TRUE(rows);
  EXPECT_THAT((*rows)[0], ElementsAre(0, 2));
  EXPECT_THAT((*rows)[1], ElementsAre(1));
}

TEST(ByClass, SaysWhatIsWrong) {
  EXPECT_THAT(Fault(MatrixOf({}), {}), HasSubstr("the table is empty"));
  EXPECT_THAT(Fault(MatrixOf({{}}), {}), HasSubstr("the table is empty"));
  EXPECT_THAT(Fault(MatrixOf({{1, 2}}), {0}), HasSubstr("2 rows with 1 outcomes"));
  EXPECT_THAT(Fault(MatrixOf({{1, 2}}), {0, 0.5}), HasSubstr("row 2: the outcome is 0.5"));
  EXPECT_THAT(Fault(MatrixOf({{1, 2}}), {0, NAN}), HasSubstr("row 2"));
  EXPECT_THAT(Fault(MatrixOf({{1, 2}}), {1, 1}), HasSubstr("every outcome is 1"));
  EXPECT_THAT(Fault(MatrixOf({{1, 2}}), {0, 0}), HasSubstr("every outcome is 0"));
  EXPECT_THAT(Fault(MatrixOf({{1, 2}, {3, 1e39}}), {0, 1}), HasSubstr("row 2, column f1"));
  EXPECT_THAT(Fault(MatrixOf({{1, -INFINITY}}), {0, 1}), HasSubstr("row 2, column f0"));
  EXPECT_EQ(Fault(MatrixOf({{1, NAN}}), {0, 1}), "");
}

TEST(Draw, TakesEachRowOnceOrAnew) {
  Random random(1);
  const std::vector<uint32_t> rows{2, 3, 5, 7, 11};
  EXPECT_EQ(Draw(rows, 5, false, random), rows);
  std::set<uint32_t> seen;
  for (int i = 0; i < 100; ++i) {
    const std::vector<uint32_t> drawn = Draw(rows, 3, false, random);
    EXPECT_EQ(std::set(drawn.begin(), drawn.end()).size(), 3);
    EXPECT_TRUE(std::ranges::is_sorted(drawn));
    seen.insert(drawn.begin(), drawn.end());
  }
  EXPECT_EQ(seen.size(), rows.size());
  const std::vector<uint32_t> anew = Draw(rows, 50, true, random);
  EXPECT_EQ(anew.size(), 50);
  EXPECT_EQ(std::set(anew.begin(), anew.end()).size(), rows.size());
}

TEST(Undersample, KeepsTheRarerClassWhole) {
  Random random(1);
  const RowsByClass few_defaults{{{0, 1, 2, 3, 4, 5}, {6, 7}}};
  RowsByClass sample = Undersample(few_defaults, false, random);
  EXPECT_THAT(sample[1], ElementsAre(6, 7));
  EXPECT_EQ(sample[0].size(), 2);
  sample = Undersample({few_defaults[1], few_defaults[0]}, true, random);
  EXPECT_THAT(sample[0], ElementsAre(6, 7));
  EXPECT_EQ(sample[1].size(), 2);
}

}  // namespace
}  // namespace fairline
