#include "fairline/training/ensembles/binned_columns.h"

#include <gmock/gmock.h>

#include <limits>

#include "fairline/training/ensembles/ranked_columns.h"
#include "fairline/training/ensembles/testing_matrix.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using testing::MatrixOf;

std::vector<int> CodesOf(const BinnedColumns& binned, size_t column) {
  std::vector<int> codes;
  for (size_t row = 0; row < binned.rows; ++row) {
    codes.push_back(CodeIn(binned.Block(column / kColumnBlock)[row], column % kColumnBlock));
  }
  return codes;
}

TEST(BinColumns, FewValuesHaveABinEach) {
  std::vector<std::vector<double>> columns(9, {0, 0, 0, 0, 0});
  columns[8] = {3, -0.0, NAN, -1e30, 0.0};
  const BinnedColumns binned = BinColumns(MatrixOf(columns), 2).value();
  EXPECT_EQ(binned.columns[0].bins, 1);
  EXPECT_EQ(binned.columns[8].bins, 3);
  EXPECT_TRUE(binned.columns[8].missing);
  EXPECT_THAT(CodesOf(binned, 8), ElementsAre(2, 1, 3, 0, 1));
  EXPECT_THAT(binned.columns[8].lowest, ElementsAre(-1e30f, 0, 3));
  EXPECT_FALSE(binned.columns[8].HoldsMany(1));
}

TEST(BinColumns, NoBinEndsBetweenValuesThatAreTakenForEqual) {
  const BinnedColumns binned = BinColumns(MatrixOf({{0, 5e-8, 1e-7, 1, 0.5e-7 + 1}}), 1).value();
  EXPECT_THAT(CodesOf(binned, 0), ElementsAre(0, 0, 0, 1, 1));
  EXPECT_TRUE(binned.columns[0].HoldsMany(0));
}

TEST(BinColumns, ManyValuesShareBinsEvenly) {
  Random random(1);
  std::vector<double> column(20'000);
  for (double& value : column) value = random.Normal();
  for (size_t i = 0; i < 5'000; ++i) column[i] = 0.25;  // one value with many rows
  const BinnedColumns binned = BinColumns(MatrixOf({column}), 1).value();
  const BinnedColumn& made = binned.columns[0];
  ASSERT_EQ(made.bins, BinnedColumns::kMaxBins);
  std::vector<size_t> rows(made.bins);
  const std::vector<int> codes = CodesOf(binned, 0);
  for (size_t row = 0; row < column.size(); ++row) {
    const auto bin = static_cast<size_t>(codes[row]);
    ++rows[bin];
    EXPECT_LE(made.lowest[bin], static_cast<float>(column[row]));
    EXPECT_GE(made.highest[bin], static_cast<float>(column[row]));
  }
  for (size_t bin = 1; bin < made.bins; ++bin) EXPECT_LT(made.highest[bin - 1], made.lowest[bin]);
  std::ranges::sort(rows);
  EXPECT_GE(rows.front(), 30);
  EXPECT_LE(rows[rows.size() - 2], 90);
}

TEST(CheckSplittable, RefusesConstantColumns) {
  EXPECT_FALSE(CheckSplittable(BinColumns(MatrixOf({{1, 1}, {NAN, NAN}}), 1).value()));
  EXPECT_TRUE(CheckSplittable(BinColumns(MatrixOf({{1, NAN}}), 1).value()));
}

TEST(RankColumns, RanksFloats) {
  const auto ranked = RankColumns(MatrixOf({{2, NAN, -1, 2.00000000001, 0}}), 1).value();
  EXPECT_THAT(ranked[0].values, ElementsAre(-1, 0, 2));
  EXPECT_THAT(ranked[0].ranks, ElementsAre(2, 3, 0, 2, 1));
}

}  // namespace
}  // namespace fairline
