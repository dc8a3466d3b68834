// Every type of column that a file can have, written by Arrow and read as a Table.
#include <gmock/gmock.h>

#include <cmath>

#include "fairline/arrow/test_files.h"
#include "fairline/data/arrow_reader.h"
#include "fairline/data/csv_writer.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  std::string json;
  std::string numbers_or_words;  // as CSV, cells separated by |
  std::string as_text;
};

std::vector<Case> Cases() {
  using namespace arrow;  // NOLINT: the names of types
  return {
      {"int8", int8(), "[-128, null, 127]", "-128||127", "-128||127"},
      {"int16", int16(), "[-32768, null, 7]", "-32768||7", "-32768||7"},
      {"int32", int32(), "[-2147483648, null, 7]", "-2147483648||7", "-2147483648||7"},
      {"int64", int64(), "[9007199254740993, null, -5]", "9.007199254740992e+15||-5",
       "9007199254740993||-5"},
      {"uint8", uint8(), "[255, null]", "255|", "255|"},
      {"uint16", uint16(), "[65535, null]", "65535|", "65535|"},
      {"uint32", uint32(), "[4294967295, null]", "4294967295|", "4294967295|"},
      {"uint64", uint64(), "[18446744073709551615, null]", "1.8446744073709552e+19|",
       "18446744073709551615|"},
      {"float16", float16(), "[1.5, null, -0.25]", "1.5||-0.25", "1.5||-0.25"},
      {"float32", float32(), "[1.5, null, -0.25]", "1.5||-0.25", "1.5||-0.25"},
      {"float64", float64(), "[0.1, null, NaN, 1e300]", "0.1|||1e+300", "0.1|||1e+300"},
      {"bool", boolean(), "[true, null, false]", "1||0", "True||False"},
      {"decimal128", decimal128(20, 2), R"(["12.50", null, "-0.05"])", "12.5||-0.05",
       "12.50||-0.05"},
      {"decimal256", decimal256(60, 3), R"(["-123456789012345678901234567890.125", null])",
       "-1.2345678901234568e+29|", "-123456789012345678901234567890.125|"},
      {"null", null(), "[null, null]", "|", "|"},
      {"utf8", utf8(), R"(["Ärztin", null, "", "x"])", "Ärztin|||x", "Ärztin|||x"},
      {"large_utf8", large_utf8(), R"(["a", null, "b"])", "a||b", "a||b"},
      {"utf8_view", utf8_view(), R"(["a text longer than 12", null, "b"])",
       "a text longer than 12||b", "a text longer than 12||b"},
      {"date32", date32(), "[0, null, 20778, -1]", "1970-01-01||2026-11-21|1969-12-31",
       "1970-01-01||2026-11-21|1969-12-31"},
      {"date64", date64(), "[86400000, null]", "1970-01-02|", "1970-01-02|"},
      {"time32", time32(TimeUnit::MILLI), "[27000250, null]", "07:30:00.250|", "07:30:00.250|"},
      {"time64", time64(TimeUnit::MICRO), "[27000000000, null]", "07:30:00|", "07:30:00|"},
      {"timestamp", timestamp(TimeUnit::MICRO),
       R"(["2026-11-21 07:30:00.000125", null, "2026-11-21"])",
       "2026-11-21 07:30:00.000125||2026-11-21", "2026-11-21 07:30:00.000125||2026-11-21"},
      {"zoned", timestamp(TimeUnit::MILLI, "Europe/Berlin"), R"(["2026-11-21 06:30:00Z", null])",
       "2026-11-21 06:30:00+00:00|", "2026-11-21 06:30:00+00:00|"},
      {"dictionary", dictionary(int8(), utf8()), R"(["b", null, "a", "b"])", "b||a|b", "b||a|b"},
      {"large index", dictionary(uint32(), large_utf8()), R"(["b", null, "a"])", "b||a", "b||a"},
  };
}

std::string Cells(const Column& column) {
  std::string csv = CsvText(Table({column}));
  csv.erase(0, csv.find('\n') + 1);
  std::ranges::replace(csv, '\n', '|');
  for (size_t at; (at = csv.find("\"\"")) != std::string::npos;) csv.erase(at, 2);
  if (!csv.empty()) csv.pop_back();
  return csv;
}

std::string ReadCells(const std::string& bytes, FileFormat format, bool as_text) {
  const TestFile file(bytes);
  auto reader = ArrowReader::Open(file.path(), format);
  EXPECT_TRUE(reader.has_value()) << reader.error().message;
  EXPECT_TRUE(reader->Select({{"c", as_text}}));
  const auto table = reader->Next(100);
  EXPECT_TRUE(table.has_value()) << table.error().message;
  return table ? Cells(table->column(0)) : "";
}

TEST(ArrowTypes, OfParquet) {
  for (const Case& given : Cases()) {
    if (given.name == "large index" || given.name == "dictionary") continue;  // below
    SCOPED_TRACE(given.name);
    const std::string bytes = ParquetBytes(Batch({{"c", ArrayOf(given.type, given.json)}}));
    EXPECT_EQ(ReadCells(bytes, FileFormat::kParquet, false), given.numbers_or_words);
    EXPECT_EQ(ReadCells(bytes, FileFormat::kParquet, true), given.as_text);
  }
}

TEST(ArrowTypes, OfArrow) {
  for (const Case& given : Cases()) {
    SCOPED_TRACE(given.name);
    const auto batch = Batch({{"c", ArrayOf(given.type, given.json)}});
    for (const std::string& bytes : {IpcBytes({batch}, true), IpcBytes({batch}, false)}) {
      EXPECT_EQ(ReadCells(bytes, FileFormat::kArrow, false), given.numbers_or_words);
      EXPECT_EQ(ReadCells(bytes, FileFormat::kArrow, true), given.as_text);
    }
  }
}

TEST(ArrowTypes, DictionariesOfParquet) {
  for (const bool store_schema : {true, false}) {
    const auto words =
        ArrayOf(arrow::dictionary(arrow::int16(), arrow::utf8()), R"(["b", null, "a", "b"])");
    const std::string bytes =
        ParquetBytes(Batch({{"c", words}}), {.rows_per_group = 2, .store_schema = store_schema});
    EXPECT_EQ(ReadCells(bytes, FileFormat::kParquet, false), "b||a|b");
  }
}

TEST(ArrowTypes, DictionariesWithNullsAndOfNumbers) {
  const auto index = ArrayOf(arrow::int32(), "[0, null, 1, 0]");
  const auto words = ArrayOf(arrow::utf8(), R"([null, "x"])");
  const auto numbers = ArrayOf(arrow::int64(), "[7, null]");
  const auto text = Value(arrow::DictionaryArray::FromArrays(
      arrow::dictionary(arrow::int32(), arrow::utf8()), index, words));
  const auto number = Value(arrow::DictionaryArray::FromArrays(
      arrow::dictionary(arrow::int32(), arrow::int64()), index, numbers));
  EXPECT_EQ(ReadCells(IpcBytes({Batch({{"c", text}})}, true), FileFormat::kArrow, false), "||x|");
  const std::string bytes = IpcBytes({Batch({{"c", number}})}, true);
  EXPECT_EQ(ReadCells(bytes, FileFormat::kArrow, false), "7|||7");
  EXPECT_EQ(ReadCells(bytes, FileFormat::kArrow, true), "7|||7");
}

TEST(ArrowTypes, InfiniteNumbersPassThroughButNotIntoATable) {
  const auto batch = Batch({{"c", ArrayOf(arrow::float32(), "[1, -Inf]")}});
  EXPECT_EQ(ReadCells(ParquetBytes(batch), FileFormat::kParquet, false), "1|-inf");
  EXPECT_EQ(FaultOf(ParquetBytes(batch), FileFormat::kParquet),
            "row 2: column c: the number is infinite");
}

TEST(ArrowTypes, NestedColumnsAreRefusedOnlyWhenWanted) {
  const auto good = ArrayOf(arrow::int32(), "[1, 2]");
  const Arrays nested = {
      {"list", ArrayOf(arrow::list(arrow::int32()), "[[1], null]")},
      {"struct", ArrayOf(arrow::struct_({arrow::field("x", arrow::int32())}), "[[1], null]")},
      {"map", ArrayOf(arrow::map(arrow::utf8(), arrow::int32()), R"([[["a", 1]], null])")},
      {"binary", ArrayOf(arrow::binary(), R"(["a", null])")},
      {"fixed", ArrayOf(arrow::fixed_size_binary(2), R"(["ab", null])")},
      {"duration", ArrayOf(arrow::duration(arrow::TimeUnit::SECOND), "[1, null]")},
  };
  for (const auto& [name, array] : nested) {
    SCOPED_TRACE(name);
    const auto batch = Batch({{name, array}, {"good", good}});
    const std::pair<std::string, FileFormat> files[] = {
        {ParquetBytes(batch), FileFormat::kParquet},
        {IpcBytes({batch}, true), FileFormat::kArrow},
        {IpcBytes({batch}, false), FileFormat::kArrow}};
    for (const auto& [bytes, format] : files) {
      EXPECT_THAT(FaultOf(bytes, format), HasSubstr("column " + name + ": "));
      const TestFile file(bytes);
      auto reader = ArrowReader::Open(file.path(), format);
      ASSERT_TRUE(reader);
      ASSERT_TRUE(reader->Select({{"good"}}));
      EXPECT_EQ(Cells(reader->Next(10)->column(0)), "1|2");
    }
  }
}

TEST(ArrowTypes, TwoColumnsOfOneNameAreRefusedWhenWanted) {
  const auto values = ArrayOf(arrow::int32(), "[1]");
  const auto batch = Batch({{"a", values}, {"b", values}, {"a", values}});
  EXPECT_EQ(FaultOf(ParquetBytes(batch), FileFormat::kParquet), "has two columns a");
  const TestFile file(ParquetBytes(batch));
  auto reader = ArrowReader::Open(file.path(), FileFormat::kParquet);
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->Select({{"b"}}));
  EXPECT_EQ(Cells(reader->Next(10)->column(0)), "1");
  EXPECT_FALSE(reader->Select({{"z"}}));
}

TEST(ArrowTypes, NamesAreUtf8) {
  const auto values = ArrayOf(arrow::int32(), "[1]");
  EXPECT_EQ(FaultOf(ParquetBytes(Batch({{"a", values}, {"\xff", values}})), FileFormat::kParquet),
            "the name of column 2 is not UTF-8");
}

TEST(ArrowTypes, AnUnreadableValueIsNamedByItsPlace) {
  const auto bytes = ArrayOf(arrow::binary(), R"(["good", "bad"])");
  auto data = bytes->data()->Copy();
  auto text = data->buffers[2]->ToString();
  text[4] = '\xff';
  data->buffers[2] = arrow::Buffer::FromString(text);
  data->type = arrow::utf8();
  const auto batch =
      Batch({{"id", ArrayOf(arrow::int32(), "[1, 2]")}, {"job", arrow::MakeArray(data)}});
  EXPECT_EQ(FaultOf(ParquetBytes(batch, {.rows_per_group = 1}), FileFormat::kParquet),
            "row group 2: column job: row 2: text that is not UTF-8");
  EXPECT_THAT(FaultOf(IpcBytes({batch}, true), FileFormat::kArrow),
              HasSubstr("record batch 1: column job: is damaged: "));
  const auto late = Batch({{"day", ArrayOf(arrow::date32(), "[1, 2000000000]")}});
  EXPECT_THAT(FaultOf(ParquetBytes(late), FileFormat::kParquet),
              HasSubstr("row group 1: column day: row 2: a date or time outside the years"));
}

}  // namespace
}  // namespace fairline
