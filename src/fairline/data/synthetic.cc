#include "fairline/data/synthetic.h"

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "fairline/core/math.h"
#include "fairline/core/random.h"
#include "fairline/data/synthetic_calendar.h"
#include "fairline/data/synthetic_columns.h"
#include "fairline/data/synthetic_draw.h"
#include "fairline/data/synthetic_model.h"

namespace fairline {
namespace {

using synthetic::ApplicantRow;
using synthetic::Col;
using synthetic::ColumnFacts;
using synthetic::kColumns;

constexpr uint64_t kFirstId = 100001;
constexpr std::string_view kDateColumn = "APPLICATION_DATE";

/// The finaliser of MurmurHash3 (Appleby): neighbouring inputs give unrelated outputs.
uint64_t Mix(uint64_t bits) {
  bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccd;
  bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53;
  return bits ^ (bits >> 33);
}

/// The seed of one row's own stream, so that it depends on no other row.
uint64_t RowSeed(uint64_t seed, uint64_t row) {
  return Mix(Mix(seed + 0x9e3779b97f4a7c15) + row * 0xd1342543de82ef95);
}

struct Applicant {
  ApplicantRow row;
  ApplicantTruth truth;
  Date applied;  // only with a period
};

Applicant Draw(uint64_t seed, const ApplicantDials& dials, uint64_t row_number) {
  Random random(RowSeed(seed, row_number));
  Applicant applicant;
  synthetic::Circumstances circumstances{.disparity = dials.disparity};
  if (dials.period) {
    applicant.applied = synthetic::ApplicationDate(*dials.period, row_number);
    circumstances.drift = dials.drift * synthetic::PeriodPassed(*dials.period, applicant.applied);
  }
  ApplicantRow& row = applicant.row;
  ApplicantTruth& truth = applicant.truth;
  row = synthetic::DrawApplicant(random, circumstances);
  truth.pd = Logistic(synthetic::TrueLogOdds(row, circumstances));
  truth.defaulted = random.Uniform() < truth.pd;
  truth.known = true;
  row[Col("SK_ID_CURR")] = static_cast<double>(kFirstId + row_number);
  row[Col("TARGET")] = truth.defaulted;
  if (!dials.period) return applicant;
  row[Col("WEEKDAY_APPR_PROCESS_START")] = synthetic::WeekdayCode(applicant.applied);
  truth.observed_at = synthetic::OutcomeDate(random, applicant.applied, truth.defaulted);
  truth.known = !dials.as_of || truth.observed_at <= *dials.as_of;
  if (!truth.known) row[Col("TARGET")] = std::numeric_limits<double>::quiet_NaN();
  return applicant;
}

/// Adds one value; `codes` holds the code in the column for each category that occurred.
void Append(double value, const ColumnFacts& facts, std::vector<int32_t>& codes, Column& column) {
  if (column.type == ColumnType::kNumeric) return column.numbers.push_back(value);
  if (std::isnan(value)) return column.codes.push_back(Column::kMissingCode);
  const auto category = static_cast<size_t>(value);
  if (codes[category] == Column::kMissingCode) {
    codes[category] = static_cast<int32_t>(column.vocabulary.size());
    column.vocabulary.emplace_back(facts.categories[category].name);
  }
  column.codes.push_back(codes[category]);
}

/// Rows come in the order of their dates, so a new date is always a new category.
void AppendDate(Date date, Column& column) {
  const std::string text = FormatDate(date);
  if (column.vocabulary.empty() || column.vocabulary.back() != text) {
    column.vocabulary.push_back(text);
  }
  column.codes.push_back(static_cast<int32_t>(column.vocabulary.size()) - 1);
}

}  // namespace

TableSchema ApplicantGenerator::Schema() const {
  TableSchema schema;
  for (const ColumnFacts& facts : kColumns) {
    schema.push_back({std::string(facts.name), facts.type(), facts.whole});
  }
  if (dials_.period) schema.push_back({std::string(kDateColumn), ColumnType::kCategorical});
  return schema;
}

Table ApplicantGenerator::Chunk(uint64_t first_row, size_t count,
                                std::vector<ApplicantTruth>* truth) const {
  std::vector<Column> columns;
  std::vector<std::vector<int32_t>> codes;
  for (const ColumnFacts& facts : kColumns) {
    columns.push_back({.name = std::string(facts.name), .type = facts.type()});
    codes.emplace_back(facts.categories.size(), Column::kMissingCode);
  }
  Column dates{.name = std::string(kDateColumn), .type = ColumnType::kCategorical};
  for (size_t i = 0; i < count; ++i) {
    const Applicant applicant = Draw(seed_, dials_, first_row + i);
    if (truth != nullptr) truth->push_back(applicant.truth);
    for (size_t c = 0; c < kColumns.size(); ++c) {
      Append(applicant.row[c], kColumns[c], codes[c], columns[c]);
    }
    if (dials_.period) AppendDate(applicant.applied, dates);
  }
  if (dials_.period) columns.push_back(std::move(dates));
  return Table(std::move(columns));
}

ApplicantSample SampleApplicants(size_t rows, uint64_t seed, const ApplicantDials& dials) {
  ApplicantSample sample;
  std::vector<ApplicantTruth> truth;
  sample.table = ApplicantGenerator(seed, dials).Chunk(0, rows, &truth);
  for (const ApplicantTruth& applicant : truth) sample.true_pd.push_back(applicant.pd);
  return sample;
}

}  // namespace fairline
