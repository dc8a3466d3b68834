#include "fairline/data/csv_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <unordered_map>

#include "fairline/core/file.h"
#include "fairline/data/csv_table_reader.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class CsvWriterTest : public ::testing::Test {
 protected:
  CsvWriterTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~CsvWriterTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Bytes(const std::string& name) const { return ReadFile(Path(name), 1 << 20).value(); }
  size_t FileCount() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }

  fs::path folder_ = fs::path(::testing::TempDir()) /
                     ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

Column Numbers(std::vector<double> numbers) { return {.name = "n", .numbers = std::move(numbers)}; }

Status WriteOneNumber(const std::string& path) {
  CsvWriter writer = FAIRLINE_TRY(CsvWriter::Create(path, {"n"}));
  FAIRLINE_TRY(writer.Append(Table({Numbers({1})})));
  return writer.Commit();
}

TEST_F(CsvWriterTest, WritesNumbersInTheirShortestForm) {
  const Table table({Numbers({0.1, 1000000, kNaN, -2.5, 1e-7, 1e22, 1.0 / 3, -0.0, 1e15 - 1})});
  EXPECT_EQ(CsvText(table),
            "n\n0.1\n1000000\n\"\"\n-2.5\n1e-07\n1e+22\n0.3333333333333333\n-0\n999999999999999\n");
}

TEST_F(CsvWriterTest, TextsThatBeginLikeAnotherFormatAreReadBack) {
  for (const std::string name : {"\xef\xbb\xbf", "\xef\xbb\xbfid", "PAR1\x15", "PK\x03\x04"}) {
    Column column = Numbers({1});
    column.name = name;
    const std::string text = CsvText(Table({std::move(column)}));
    const auto reader = CsvReader::Open(MemorySource(text), "a.csv");
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ(reader->header().front(), name);
  }
}

TEST_F(CsvWriterTest, QuotesOnlyWhereNeeded) {
  auto writer = CsvWriter::Create(Path("a.csv"), {"plain", "a,b", "c"}).value();
  writer.Add("text with blanks");
  writer.Add("say \"hi\"");
  writer.Add("NA");
  ASSERT_TRUE(writer.EndRow());
  writer.AddMissing();
  writer.Add(0.5);
  writer.Add("two\nlines");
  ASSERT_TRUE(writer.EndRow());
  ASSERT_TRUE(writer.Commit());
  EXPECT_EQ(Bytes("a.csv"),
            "plain,\"a,b\",c\ntext with blanks,\"say \"\"hi\"\"\",\"NA\"\n,0.5,\"two\nlines\"\n");
}

TEST_F(CsvWriterTest, NothingAppearsWithoutCommit) {
  {
    auto writer = CsvWriter::Create(Path("a.csv"), {"n"}).value();
    writer.Add(1.0);
    ASSERT_TRUE(writer.EndRow());
  }
  EXPECT_EQ(FileCount(), 0u);
}

TEST_F(CsvWriterTest, AnOldFileStaysUntilCommit) {
  std::ofstream(Path("a.csv")) << "old";
  auto writer = CsvWriter::Create(Path("a.csv"), {"n"}).value();
  ASSERT_TRUE(writer.Append(Table({Numbers(std::vector<double>(100'000, 7))})));
  EXPECT_EQ(Bytes("a.csv"), "old");
  ASSERT_TRUE(writer.Commit());
  EXPECT_EQ(Bytes("a.csv").size(), 2u + 200'000u);
  EXPECT_EQ(FileCount(), 1u);
}

TEST_F(CsvWriterTest, ALinkStaysALink) {
  std::ofstream(Path("target.csv")) << "old";
  fs::create_symlink(Path("target.csv"), Path("link.csv"));
  ASSERT_TRUE(WriteOneNumber(Path("link.csv")));
  EXPECT_TRUE(fs::is_symlink(Path("link.csv")));
  EXPECT_EQ(Bytes("target.csv"), "n\n1\n");
}

TEST_F(CsvWriterTest, AFullDiskIsSaid) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  const Status status = WriteOneNumber("/dev/full");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(status.error().message, "/dev/full: cannot be written: the disk is full");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(CsvWriterTest, PlacesNobodyCanWriteToAreNamed) {
  EXPECT_THAT(CsvWriter::Create(Path("no/a.csv"), {"n"}).error().message,
              HasSubstr("its folder does not exist"));
  EXPECT_THAT(CsvWriter::Create(folder_.string(), {"n"}).error().message, HasSubstr("is a folder"));
}

/// A column of the texts; the empty one is missing, as it is in a file.
Column Categories(const std::vector<std::string>& texts) {
  Column column{.name = "text", .type = ColumnType::kCategorical};
  std::unordered_map<std::string, int32_t> codes;
  for (const std::string& text : texts) {
    if (text.empty()) {
      column.codes.push_back(Column::kMissingCode);
      continue;
    }
    const auto [found, is_new] = codes.emplace(text, static_cast<int32_t>(codes.size()));
    if (is_new) column.vocabulary.push_back(text);
    column.codes.push_back(found->second);
  }
  return column;
}

rc::Gen<std::string> AnyText() {
  const auto piece = rc::gen::element<std::string>("a", ",", "\"", "\n", "\r\n", " ", "NA", "null",
                                                   "é", "\r", "7", "貸");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const auto& pieces) {
    std::string text;
    for (const std::string& part : pieces) text += part;
    return text;
  });
}

RC_GTEST_PROP(CsvRoundTripProperty, EveryTableComesBackBitForBit, ()) {
  const auto bits = *rc::gen::container<std::vector<uint64_t>>(rc::gen::arbitrary<uint64_t>());
  Column numbers = Numbers({});
  std::vector<std::string> texts;
  for (const uint64_t pattern : bits) {
    const auto number = std::bit_cast<double>(*rc::gen::element(pattern, pattern >> 40));
    numbers.numbers.push_back(std::isfinite(number) ? number : kNaN);
    texts.push_back(*AnyText());
  }
  const Table written({numbers, Categories(texts)});
  auto reader = CsvReader::Open(MemorySource(CsvText(written)), "a.csv");
  auto tables = CsvTableReader::Create(
      std::move(*reader), {{"n", ColumnType::kNumeric}, {"text", ColumnType::kCategorical}});
  const Table read = tables->Next(bits.size() + 1).value();
  RC_ASSERT(read.rows() == written.rows());
  for (size_t row = 0; row < read.rows(); ++row) {
    const double before = written.column(0).numbers[row];
    const double after = read.column(0).numbers[row];
    RC_ASSERT(std::bit_cast<uint64_t>(before) == std::bit_cast<uint64_t>(after) ||
              (std::isnan(before) && std::isnan(after)));
  }
  RC_ASSERT(read.column(1).codes == written.column(1).codes);
  RC_ASSERT(read.column(1).vocabulary == written.column(1).vocabulary);
}

}  // namespace
}  // namespace fairline
