#include "fairline/data/csv_table_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fairline/core/limits.h"
#include "fairline/data/csv_writer.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ColumnType kNumeric = ColumnType::kNumeric;
constexpr ColumnType kCategorical = ColumnType::kCategorical;

CsvReader Reader(std::string bytes) {
  return CsvReader::Open(MemorySource(std::move(bytes)), "applicants.csv").value();
}

Result<Table> Read(std::string bytes, const TableSchema& schema, size_t max_rows = 1000) {
  auto reader = CsvTableReader::Create(Reader(std::move(bytes)), schema);
  if (!reader) return std::unexpected(reader.error());
  return reader->Next(max_rows);
}

TEST(InferCsvSchemaTest, OneTextMakesAColumnCategorical) {
  const TableSchema schema =
      InferCsvSchema(Reader("a,b,c,d,e\n1,x,,1e400,NA\n2.5,2,NaN,1,\"NA\"\n,,,,3\n")).value();
  ASSERT_EQ(schema.size(), 5u);
  EXPECT_EQ(schema[0].type, kNumeric);
  EXPECT_EQ(schema[1].type, kCategorical);
  EXPECT_EQ(schema[2].type, kNumeric) << "a column without values";
  EXPECT_EQ(schema[3].type, kCategorical) << "1e400 is not finite";
  EXPECT_EQ(schema[4].type, kNumeric);
}

TEST(InferCsvSchemaTest, NamesTheLineThatCannotBeRead) {
  EXPECT_THAT(InferCsvSchema(Reader("a,b\n1,2\n3\n")).error().message,
              HasSubstr("applicants.csv:3: has 1 fields"));
}

TEST(CsvTableReaderTest, ReadsTheColumnsAskedForInTheirOrder) {
  const Table table =
      Read("a,skipped,b\n1,?,x\n,?,\n3,?,y\n4,?,x\n", {{"b", kCategorical}, {"a", kNumeric}})
          .value();
  EXPECT_EQ(table.rows(), 4u);
  EXPECT_EQ(table.column(0).name, "b");
  EXPECT_THAT(table.column(0).codes, ElementsAre(0, Column::kMissingCode, 1, 0));
  EXPECT_THAT(table.column(0).vocabulary, ElementsAre("x", "y"));
  EXPECT_EQ(table.column(1).numbers[2], 3);
  EXPECT_TRUE(std::isnan(table.column(1).numbers[1]));
}

TEST(CsvTableReaderTest, NamesTheCellThatIsTooLongForACategory) {
  const std::string longest(limits::kCategoryBytes, 'x');
  const std::string file = "a,b\n1," + longest + "\n2," + longest + "y\n";
  EXPECT_EQ(Read(file, {{"b", kCategorical}}).error().message,
            "applicants.csv:3: column b: is longer than 1024 bytes");
  EXPECT_TRUE(Read(file, {{"a", kNumeric}}));
}

TEST(CsvTableReaderTest, NamesTheCellThatIsNotANumber) {
  EXPECT_EQ(
      Read("SK_ID_CURR,AMT_CREDIT\n1,2\n3,\"12,5\"\n", {{"AMT_CREDIT", kNumeric}}).error().message,
      "applicants.csv:3: column AMT_CREDIT: \"12,5\" is not a number");
}

TEST(CsvTableReaderTest, NamesEveryAbsentColumn) {
  const Error error = Read("a\n1\n", {{"b", kNumeric}, {"a", kNumeric}, {"c", kNumeric}}).error();
  EXPECT_EQ(error.message, "applicants.csv: has no column b, c");
  ASSERT_EQ(error.faults.size(), 2u);
  EXPECT_EQ(error.faults[1].field, "c");
}

TEST(CsvTableReaderTest, ChunksJoinToTheWhole) {
  std::string file = "n,word\n";
  for (int i = 0; i < 25; ++i) file += std::to_string(i) + ",w" + std::to_string(i % 3) + "\n";
  auto reader = CsvTableReader::Create(Reader(file), {{"n", kNumeric}, {"word", kCategorical}});
  std::vector<size_t> sizes;
  for (;;) {
    const Table chunk = reader->Next(10).value();
    if (chunk.rows() == 0) break;
    const auto first = static_cast<double>(10 * sizes.size());
    sizes.push_back(chunk.rows());
    EXPECT_EQ(chunk.column(0).numbers[0], first);
    const Column& words = chunk.column(1);
    EXPECT_EQ(words.vocabulary[static_cast<size_t>(words.codes[4])],
              "w" + std::to_string(static_cast<int>(first + 4) % 3));
  }
  EXPECT_THAT(sizes, ElementsAre(10, 10, 5));
}

TEST(CsvTableReaderTest, HeaderOnlyIsAnEmptyTable) {
  const Table table = Read("a,b\n", {{"a", kNumeric}, {"b", kCategorical}}).value();
  EXPECT_EQ(table.rows(), 0u);
  EXPECT_EQ(table.columns().size(), 2u);
}

TEST(CsvTableReaderTest, AbsentFilesAreNamed) {
  EXPECT_THAT(ReadCsvTable("/nowhere/x.csv").error().message, HasSubstr("/nowhere/x.csv"));
}

}  // namespace
}  // namespace fairline
