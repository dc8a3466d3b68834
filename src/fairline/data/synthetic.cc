#include "fairline/data/synthetic.h"

#include <cmath>
#include <string>
#include <utility>

#include "fairline/core/math.h"
#include "fairline/core/random.h"
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

ApplicantRow Draw(uint64_t seed, uint64_t row_number, double& true_pd) {
  Random random(RowSeed(seed, row_number));
  ApplicantRow row = synthetic::DrawApplicant(random);
  true_pd = Logistic(synthetic::TrueLogOdds(row));
  row[Col("SK_ID_CURR")] = static_cast<double>(kFirstId + row_number);
  row[Col("TARGET")] = random.Uniform() < true_pd;
  return row;
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

}  // namespace

TableSchema ApplicantGenerator::Schema() {
  TableSchema schema;
  for (const ColumnFacts& facts : kColumns) {
    schema.push_back({std::string(facts.name), facts.type()});
  }
  return schema;
}

Table ApplicantGenerator::Chunk(uint64_t first_row, size_t count,
                                std::vector<double>* true_pd) const {
  std::vector<Column> columns;
  std::vector<std::vector<int32_t>> codes;
  for (const ColumnFacts& facts : kColumns) {
    columns.push_back({.name = std::string(facts.name), .type = facts.type()});
    codes.emplace_back(facts.categories.size(), Column::kMissingCode);
  }
  for (size_t i = 0; i < count; ++i) {
    double pd;
    const ApplicantRow row = Draw(seed_, first_row + i, pd);
    if (true_pd != nullptr) true_pd->push_back(pd);
    for (size_t c = 0; c < kColumns.size(); ++c) Append(row[c], kColumns[c], codes[c], columns[c]);
  }
  return Table(std::move(columns));
}

ApplicantSample SampleApplicants(size_t rows, uint64_t seed) {
  ApplicantSample sample;
  sample.table = ApplicantGenerator(seed).Chunk(0, rows, &sample.true_pd);
  return sample;
}

}  // namespace fairline
