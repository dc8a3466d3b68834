// What each dial of the generator does, measured on the rows it gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "fairline/core/math.h"
#include "fairline/data/csv_writer.h"
#include "fairline/data/synthetic.h"

namespace fairline {
namespace {

constexpr size_t kRows = 20'000;

Date Day(std::string_view text) { return ParseDate(text).value(); }

ApplicationPeriod Year() { return {.from = Day("2025-01-01"), .days = 365, .rows_per_day = 54.8}; }

const Column& Of(const Table& table, std::string_view name) {
  const int index = table.Find(name);
  EXPECT_GE(index, 0) << name;
  return table.column(static_cast<size_t>(index));
}

std::string TextOf(const Column& column, size_t row) {
  return column.vocabulary[static_cast<size_t>(column.codes[row])];
}

/// Mean over the rows of one sex that have a value.
double MeanOf(const Table& table, const std::vector<double>& values, std::string_view sex) {
  const Column& gender = Of(table, "CODE_GENDER");
  double sum = 0, count = 0;
  for (size_t row = 0; row < values.size(); ++row) {
    if (TextOf(gender, row) != sex || std::isnan(values[row])) continue;
    sum += values[row];
    count += 1;
  }
  return sum / count;
}

double MeanOf(const Table& table, std::string_view column, std::string_view sex) {
  return MeanOf(table, Of(table, column).numbers, sex);
}

std::vector<double> LogOdds(const std::vector<double>& pd) {
  std::vector<double> result;
  for (const double p : pd) result.push_back(Logit(p));
  return result;
}

/// Share of the rows [begin, end) in each of the bins of a column: its categories, or tenths of all
/// its values, and one for the missing.
std::map<int, double> Shares(const Column& column, size_t begin, size_t end) {
  std::vector<double> edges;
  if (column.type == ColumnType::kNumeric) {
    std::vector<double> known;
    for (const double number : column.numbers) {
      if (!std::isnan(number)) known.push_back(number);
    }
    std::ranges::sort(known);
    for (size_t tenth = 1; tenth < 10; ++tenth) edges.push_back(known[known.size() * tenth / 10]);
  }
  std::map<int, double> shares;
  for (size_t row = begin; row < end; ++row) {
    int bin = -1;
    if (!column.IsMissing(row)) {
      bin = column.type == ColumnType::kCategorical
                ? column.codes[row]
                : static_cast<int>(std::ranges::upper_bound(edges, column.numbers[row]) -
                                   edges.begin());
    }
    shares[bin] += 1.0 / static_cast<double>(end - begin);
  }
  return shares;
}

/// Population stability index of the last fifth of the rows against the first, over the bins that
/// have at least one row in a thousand in both.
double Psi(const Column& column) {
  const size_t fifth = column.size() / 5;
  const auto first = Shares(column, 0, fifth);
  auto last = Shares(column, column.size() - fifth, column.size());
  double psi = 0;
  for (const auto& [bin, share] : first) {
    if (share > 0.001 && last[bin] > 0.001)
      psi += (last[bin] - share) * std::log(last[bin] / share);
  }
  return psi;
}

TEST(SyntheticDialsTest, AtRestTheApplicantsAreThePlainOnes) {
  EXPECT_EQ(CsvText(SampleApplicants(50, 3).table), CsvText(SampleApplicants(50, 3, {}).table));
  // A period adds a column and sets the day of the week, and no more.
  const Table plain = SampleApplicants(500, 3).table;
  const Table dated = SampleApplicants(500, 3, {.period = Year()}).table;
  ASSERT_EQ(dated.columns().size(), plain.columns().size() + 1);
  for (const Column& column : plain.columns()) {
    if (column.name == "WEEKDAY_APPR_PROCESS_START") continue;
    const Table one({column}), other({Of(dated, column.name)});
    EXPECT_EQ(CsvText(one), CsvText(other)) << column.name;
  }
}

TEST(SyntheticDialsTest, DisparityRaisesTheLogOddsOfWomenOnly) {
  const ApplicantSample plain = SampleApplicants(kRows, 1);
  for (const double disparity : {-0.5, 0.5, 1.0}) {
    const ApplicantSample sample = SampleApplicants(kRows, 1, {.disparity = disparity});
    const auto gap = [&](std::string_view sex) {
      return MeanOf(sample.table, LogOdds(sample.true_pd), sex) -
             MeanOf(plain.table, LogOdds(plain.true_pd), sex);
    };
    EXPECT_NEAR(gap("F"), disparity, 0.1 * std::fabs(disparity));
    EXPECT_EQ(gap("M"), 0);
  }
}

TEST(SyntheticDialsTest, DisparityMovesDefaultsAndProxies) {
  const Table plain = SampleApplicants(kRows, 1).table;
  const Table table = SampleApplicants(kRows, 1, {.disparity = 1}).table;
  const auto change = [&](std::string_view column) {
    return MeanOf(table, column, "F") / MeanOf(plain, column, "F") - 1;
  };
  EXPECT_NEAR(MeanOf(plain, "TARGET", "F"), 0.071, 0.01);
  EXPECT_NEAR(MeanOf(table, "TARGET", "F"), 0.153, 0.015);
  EXPECT_NEAR(change("AMT_INCOME_TOTAL"), -0.10, 0.02);
  for (const char* score : {"EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"}) {
    EXPECT_LT(change(score), -0.1) << score;
    EXPECT_GT(change(score), -0.2) << score;
    EXPECT_EQ(MeanOf(table, score, "M"), MeanOf(plain, score, "M"));
  }
  EXPECT_EQ(change("DAYS_BIRTH"), 0);
  EXPECT_EQ(change("REGION_RATING_CLIENT"), 0);
}

TEST(SyntheticDialsTest, DatesComeInOrderAndFillThePeriod) {
  const Table table = SampleApplicants(kRows, 1, {.period = Year()}).table;
  const Column& dates = Of(table, "APPLICATION_DATE");
  EXPECT_EQ(&dates, &table.columns().back());
  EXPECT_EQ(dates.vocabulary.size(), 365u);
  EXPECT_EQ(dates.vocabulary.front(), "2025-01-01");
  EXPECT_EQ(dates.vocabulary.back(), "2025-12-31");
  EXPECT_TRUE(std::ranges::is_sorted(dates.vocabulary));
  std::map<std::string, double> weekdays;
  for (size_t row = 0; row < kRows; ++row) {
    weekdays[TextOf(Of(table, "WEEKDAY_APPR_PROCESS_START"), row)] += 1.0 / kRows;
  }
  EXPECT_NEAR(weekdays["TUESDAY"], 0.1726, 0.005);
  EXPECT_NEAR(weekdays["SUNDAY"], 0.0539, 0.002);
  // 1 January 2025 was a Wednesday.
  EXPECT_EQ(TextOf(Of(table, "WEEKDAY_APPR_PROCESS_START"), 0), "WEDNESDAY");
}

TEST(SyntheticDialsTest, RowsDependOnTheirNumberAlone) {
  const ApplicantDials dials = {
      .disparity = 0.3, .period = Year(), .drift = 0.7, .as_of = Day("2025-12-01")};
  const std::string longer = CsvText(SampleApplicants(3'000, 1, dials).table);
  const std::string shorter = CsvText(SampleApplicants(100, 1, dials).table);
  EXPECT_EQ(longer.substr(0, shorter.size()), shorter);
  std::string chunked = shorter;
  for (size_t first = 100; first < 3'000; first += 290) {
    const std::string chunk = CsvText(ApplicantGenerator(1, dials).Chunk(first, 290, nullptr));
    chunked += chunk.substr(chunk.find('\n') + 1);
  }
  EXPECT_EQ(chunked, longer);
}

TEST(SyntheticDialsTest, DriftMovesTheNamedColumnsAndNoOthers) {
  const std::vector<std::string> named = {"AMT_INCOME_TOTAL", "AMT_CREDIT",   "AMT_ANNUITY",
                                          "AMT_GOODS_PRICE",  "EXT_SOURCE_1", "EXT_SOURCE_2",
                                          "EXT_SOURCE_3"};
  const Table still = SampleApplicants(kRows, 1, {.period = Year()}).table;
  const Table drifted = SampleApplicants(kRows, 1, {.period = Year(), .drift = 1}).table;
  for (const Column& column : still.columns()) {
    // Ids and dates grow by themselves; the outcome follows the risk.
    if (column.name == "SK_ID_CURR" || column.name == "APPLICATION_DATE") continue;
    if (column.name == "TARGET") continue;
    EXPECT_LT(Psi(column), 0.03) << column.name;
    const double psi = Psi(Of(drifted, column.name));
    if (std::ranges::count(named, column.name) > 0) {
      EXPECT_GT(psi, 0.2) << column.name;
      EXPECT_LT(psi, 0.3) << column.name;
    } else {
      EXPECT_LT(psi, 0.03) << column.name;
    }
  }
}

TEST(SyntheticDialsTest, DriftRaisesTheRiskOfApplicantsWhoLookAlike) {
  // The log-odds of a row at rest are a function of its columns; what drift adds on the last day is
  // what its moved columns explain and 0.30 that nothing explains.
  ApplicationPeriod day = Year();
  day.days = 2;
  day.rows_per_day = kRows / 2;
  const ApplicantSample still = SampleApplicants(kRows, 1, {.period = day});
  const ApplicantSample drifted = SampleApplicants(kRows, 1, {.period = day, .drift = 1});
  const Column& dates = Of(still.table, "APPLICATION_DATE");
  double first_day = 0, last_day = 0;
  for (size_t row = 0; row < kRows; ++row) {
    const double moved = Logit(drifted.true_pd[row]) - Logit(still.true_pd[row]);
    (dates.codes[row] == 0 ? first_day : last_day) += moved / (kRows / 2.0);
  }
  EXPECT_EQ(first_day, 0);
  EXPECT_NEAR(last_day, 1.14, 0.1);
}

TEST(SyntheticDialsTest, DefaultsAreKnownBeforeGoodLoans) {
  const ApplicantGenerator generator(1, {.period = Year()});
  std::vector<ApplicantTruth> truth;
  const Table table = generator.Chunk(0, kRows, &truth);
  const Column& dates = Of(table, "APPLICATION_DATE");
  double defaults = 0, early = 0;
  for (size_t row = 0; row < kRows; ++row) {
    EXPECT_TRUE(truth[row].known);
    EXPECT_EQ(Of(table, "TARGET").numbers[row], truth[row].defaulted);
    const Date applied = Day(TextOf(dates, row));
    const auto waited = (truth[row].observed_at - applied).count();
    if (!truth[row].defaulted) {
      EXPECT_EQ(truth[row].observed_at, AddMonths(applied, 12));
      continue;
    }
    EXPECT_GE(waited, 90);
    EXPECT_LE(waited, 365);
    defaults += 1;
    early += waited < 150;
  }
  EXPECT_NEAR(early / defaults, (1 - std::exp(-0.5)) / (1 - std::exp(-275.0 / 120)), 0.03);
}

TEST(SyntheticDialsTest, TargetsNotYetKnownAreMissingAndTheOthersTheSame) {
  const Date as_of = Day("2026-02-01");
  std::vector<ApplicantTruth> later, now;
  const Table all = ApplicantGenerator(1, {.period = Year()}).Chunk(0, kRows, &later);
  const Table some =
      ApplicantGenerator(1, {.period = Year(), .as_of = as_of}).Chunk(0, kRows, &now);
  size_t good = 0, bad = 0;
  for (size_t row = 0; row < kRows; ++row) {
    EXPECT_EQ(now[row].observed_at, later[row].observed_at);
    EXPECT_EQ(now[row].known, later[row].observed_at <= as_of);
    EXPECT_EQ(Of(some, "TARGET").IsMissing(row), !now[row].known);
    if (!now[row].known) continue;
    EXPECT_EQ(Of(some, "TARGET").numbers[row], Of(all, "TARGET").numbers[row]);
    (later[row].defaulted ? bad : good) += 1;
  }
  // Good loans of January 2025 only, defaults of the whole year until autumn.
  EXPECT_NEAR(static_cast<double>(good), kRows * 32 / 365.0 * 0.92, 60);
  EXPECT_GT(static_cast<double>(bad), 0.6 * kRows * 0.08);
}

}  // namespace
}  // namespace fairline
