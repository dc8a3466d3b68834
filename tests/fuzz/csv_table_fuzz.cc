// A CSV file as a table: what could be read can be written, and read again as the same table.
#include <bit>
#include <limits>
#include <string>

#include "fairline/core/check.h"
#include "fairline/data/csv_table_reader.h"
#include "fairline/data/csv_writer.h"

namespace fairline {
namespace {

Result<CsvReader> Open(const std::string& file) {
  return CsvReader::Open(MemorySource(file), "f.csv", file.size() + 1);
}

Result<Table> Read(const std::string& file, const TableSchema& schema) {
  auto table = FAIRLINE_TRY(CsvTableReader::Create(FAIRLINE_TRY(Open(file)), schema));
  return table.Next(std::numeric_limits<size_t>::max());
}

Result<TableSchema> Infer(const std::string& file) {
  return InferCsvSchema(FAIRLINE_TRY(Open(file)));
}

bool SameCell(const Column& one, const Column& other, size_t row) {
  if (one.IsMissing(row) || other.IsMissing(row)) {
    return one.IsMissing(row) && other.IsMissing(row);
  }
  if (one.type == ColumnType::kNumeric) {
    return std::bit_cast<uint64_t>(one.numbers[row]) == std::bit_cast<uint64_t>(other.numbers[row]);
  }
  return one.vocabulary[static_cast<size_t>(one.codes[row])] ==
         other.vocabulary[static_cast<size_t>(other.codes[row])];
}

void CheckSame(const Table& one, const Table& other) {
  FAIRLINE_CHECK(one.rows() == other.rows(), "as many rows");
  FAIRLINE_CHECK(one.columns().size() == other.columns().size(), "as many columns");
  for (size_t i = 0; i < one.columns().size(); ++i) {
    FAIRLINE_CHECK(one.column(i).name == other.column(i).name, "the same names");
    FAIRLINE_CHECK(one.column(i).type == other.column(i).type, "the same types");
    for (size_t row = 0; row < one.rows(); ++row) {
      FAIRLINE_CHECK(SameCell(one.column(i), other.column(i), row), "the same cells");
    }
  }
}

}  // namespace
}  // namespace fairline

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const std::string file(reinterpret_cast<const char*>(data), size);
  const auto schema = Infer(file);
  if (!schema) return 0;
  const auto table = Read(file, *schema);
  if (!table) return 0;
  const std::string written = CsvText(*table);
  const auto schema_again = Infer(written);
  FAIRLINE_CHECK(schema_again.has_value(), "what was written has a schema");
  const auto again = Read(written, *schema_again);
  FAIRLINE_CHECK(again.has_value(), "what was written can be read");
  CheckSame(*table, *again);
  FAIRLINE_CHECK(CsvText(*again) == written, "writing again gives the same bytes");
  return 0;
}
