#include "fairline/data/synthetic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>

#include "fairline/core/hash.h"
#include "fairline/data/csv_writer.h"

namespace fairline {
namespace {

constexpr size_t kRows = 20'000;

const ApplicantSample& Sample() {
  static const ApplicantSample sample = SampleApplicants(kRows, 1);
  return sample;
}

const Column& Of(const Table& table, std::string_view name) {
  const int index = table.Find(name);
  EXPECT_GE(index, 0) << name;
  return table.column(static_cast<size_t>(index));
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double MissingShare(const Column& column) {
  size_t missing = 0;
  for (size_t row = 0; row < column.size(); ++row) missing += column.IsMissing(row);
  return static_cast<double>(missing) / static_cast<double>(column.size());
}

/// Share of pairs of a default and a non-default that the score puts in the right order.
double Auc(const std::vector<double>& score, const std::vector<double>& target) {
  std::vector<size_t> order(score.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t row) { return score[row]; });
  double goods = 0, pairs = 0, defaults = 0;
  for (const size_t row : order) {
    (target[row] == 1 ? defaults : goods) += 1;
    if (target[row] == 1) pairs += goods;
  }
  return pairs / (goods * defaults);
}

TEST(SyntheticTest, HasTheColumnsOfTheApplicationTable) {
  const TableSchema schema = ApplicantGenerator(1).Schema();
  ASSERT_EQ(schema.size(), 122u);
  EXPECT_EQ(schema[0].name, "SK_ID_CURR");
  EXPECT_EQ(schema[1].name, "TARGET");
  EXPECT_EQ(schema[2].name, "NAME_CONTRACT_TYPE");
  EXPECT_EQ(schema[121].name, "AMT_REQ_CREDIT_BUREAU_YEAR");
  const auto is_categorical = [](const ColumnSchema& column) {
    return column.type == ColumnType::kCategorical;
  };
  EXPECT_EQ(std::ranges::count_if(schema, is_categorical), 16);
  for (size_t i = 0; i < schema.size(); ++i) {
    EXPECT_EQ(Sample().table.column(i).name, schema[i].name);
    EXPECT_EQ(Sample().table.column(i).type, schema[i].type);
  }
}

TEST(SyntheticTest, ColumnsMarkedWholeHaveNoFractions) {
  size_t marked = 0;
  for (const ColumnSchema& column : ApplicantGenerator(1).Schema()) {
    const std::vector<double>& numbers = Of(Sample().table, column.name).numbers;
    const bool whole = std::ranges::all_of(
        numbers, [](double number) { return std::isnan(number) || number == std::floor(number); });
    marked += column.whole;
    EXPECT_TRUE(!column.whole || (whole && column.type == ColumnType::kNumeric)) << column.name;
    // Amounts are money, which has cents.
    if (column.type == ColumnType::kNumeric && !column.name.starts_with("AMT_")) {
      EXPECT_EQ(column.whole, whole) << column.name;
    }
  }
  EXPECT_EQ(marked, 55u);
}

TEST(SyntheticTest, InferredTypesAreTheFixedOnes) {
  const std::string text = CsvText(Sample().table);
  const auto schema = InferCsvSchema(CsvReader::Open(MemorySource(text), "s.csv").value()).value();
  const TableSchema fixed = ApplicantGenerator(1).Schema();
  for (size_t i = 0; i < schema.size(); ++i) {
    EXPECT_EQ(schema[i].type, fixed[i].type) << schema[i].name;
  }
}

TEST(SyntheticTest, MeanPdIsEightPercentForEverySeed) {
  for (const uint64_t seed : {0, 1, 7, 42, 1'000'000}) {
    const ApplicantSample sample = SampleApplicants(5'000, seed);
    EXPECT_NEAR(Mean(sample.true_pd), 0.08, 0.006) << seed;
    EXPECT_NEAR(Mean(Of(sample.table, "TARGET").numbers), Mean(sample.true_pd), 0.015) << seed;
  }
}

TEST(SyntheticTest, TheTrueModelIsAsStrongAsTheRealDataAllow) {
  const double auc = Auc(Sample().true_pd, Of(Sample().table, "TARGET").numbers);
  EXPECT_GT(auc, 0.76);
  EXPECT_LT(auc, 0.80);
}

TEST(SyntheticTest, TargetsAreDrawnFromTheTruePd) {
  // Within every tenth of the applicants by PD, defaults come as often as the PD says.
  std::vector<size_t> order(kRows);
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [](size_t row) { return Sample().true_pd[row]; });
  const std::vector<double>& target = Of(Sample().table, "TARGET").numbers;
  for (size_t tenth = 0; tenth < 10; ++tenth) {
    double expected = 0, variance = 0, defaults = 0;
    for (size_t i = tenth * kRows / 10; i < (tenth + 1) * kRows / 10; ++i) {
      const double pd = Sample().true_pd[order[i]];
      expected += pd;
      variance += pd * (1 - pd);
      defaults += target[order[i]];
    }
    EXPECT_NEAR(defaults, expected, 4 * std::sqrt(variance)) << tenth;
  }
}

TEST(SyntheticTest, MissingValuesAreAsFrequentAsInTheRealTable) {
  const std::pair<std::string_view, double> shares[] = {
      {"EXT_SOURCE_1", 0.564},    {"EXT_SOURCE_2", 0.002},    {"EXT_SOURCE_3", 0.198},
      {"OWN_CAR_AGE", 0.66},      {"OCCUPATION_TYPE", 0.313}, {"APARTMENTS_AVG", 0.508},
      {"COMMONAREA_MEDI", 0.699}, {"TOTALAREA_MODE", 0.483},  {"AMT_REQ_CREDIT_BUREAU_DAY", 0.135},
      {"AMT_CREDIT", 0},          {"CODE_GENDER", 0},         {"DAYS_EMPLOYED", 0}};
  for (const auto& [name, share] : shares) {
    EXPECT_NEAR(MissingShare(Of(Sample().table, name)), share, 0.02) << name;
  }
}

TEST(SyntheticTest, RowsAgreeWithThemselves) {
  const Table& table = Sample().table;
  const std::vector<double>& employed = Of(table, "DAYS_EMPLOYED").numbers;
  size_t sentinels = 0;
  for (size_t row = 0; row < kRows; ++row) {
    const double birth = Of(table, "DAYS_BIRTH").numbers[row];
    const bool retired = employed[row] == 365243;
    sentinels += retired;
    EXPECT_TRUE(retired || (employed[row] < 0 && employed[row] > birth));
    EXPECT_EQ(Of(table, "FLAG_EMP_PHONE").numbers[row], retired ? 0 : 1);
    EXPECT_TRUE(!retired || Of(table, "OCCUPATION_TYPE").IsMissing(row));
    EXPECT_LT(birth, -20 * 365);
    EXPECT_GE(Of(table, "DAYS_REGISTRATION").numbers[row], birth);
    EXPECT_GT(Of(table, "CNT_FAM_MEMBERS").numbers[row], Of(table, "CNT_CHILDREN").numbers[row]);
    const double goods = Of(table, "AMT_GOODS_PRICE").numbers[row];
    EXPECT_FALSE(goods > Of(table, "AMT_CREDIT").numbers[row]);
    EXPECT_GT(Of(table, "AMT_CREDIT").numbers[row], 5 * Of(table, "AMT_ANNUITY").numbers[row]);
    EXPECT_GT(Of(table, "AMT_INCOME_TOTAL").numbers[row], 20'000);
    EXPECT_EQ(Of(table, "SK_ID_CURR").numbers[row], 100'001 + static_cast<double>(row));
  }
  EXPECT_NEAR(static_cast<double>(sentinels) / kRows, 0.185, 0.02);
}

TEST(SyntheticTest, ALongerSampleBeginsWithAShorterOne) {
  const std::string longer = CsvText(Sample().table);
  const std::string shorter = CsvText(SampleApplicants(100, 1).table);
  EXPECT_EQ(longer.substr(0, shorter.size()), shorter);
  std::vector<ApplicantTruth> truth;
  const Table middle = ApplicantGenerator(1).Chunk(60, 20, &truth);
  for (size_t i = 0; i < 20; ++i) EXPECT_EQ(truth[i].pd, Sample().true_pd[60 + i]);
  EXPECT_EQ(Of(middle, "AMT_CREDIT").numbers[3], Of(Sample().table, "AMT_CREDIT").numbers[63]);
}

TEST(SyntheticTest, SeedsGiveDifferentApplicants) {
  EXPECT_NE(SampleApplicants(10, 1).true_pd, SampleApplicants(10, 2).true_pd);
}

// The file is a promise: the same bytes on every machine, compiler and C library. A change of the
// generator changes it knowingly.
TEST(SyntheticTest, TheFileIsTheSameOnEveryMachine) {
  const ApplicantSample sample = SampleApplicants(1'000, 7);
  EXPECT_EQ(Sha256Hex(CsvText(sample.table)),
            "61b25dd1b8de73a4b2ae635626e93672964ba658eee1dc7330277a5f46181f59");
  std::string bits;
  for (const double pd : sample.true_pd) bits += std::to_string(std::bit_cast<uint64_t>(pd)) + "\n";
  EXPECT_EQ(Sha256Hex(bits), "4a2978aeeeae47e73b1ad7a6eba27f4d9f253e5456d50c2bc4301566ed213365");
}

}  // namespace
}  // namespace fairline
