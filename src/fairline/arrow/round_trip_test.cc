// Tables through files and back, in chunks, columns chosen.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <thread>

#include "fairline/arrow/test_files.h"
#include "fairline/data/arrow_reader.h"
#include "fairline/data/csv_writer.h"

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

const TableSchema kSchema = {{"id", ColumnType::kNumeric, true},
                             {"income", ColumnType::kNumeric},
                             {"job", ColumnType::kCategorical}};

Table Sample(size_t rows) {
  Column id{.name = "id"}, income{.name = "income"};
  Column job{.name = "job", .type = ColumnType::kCategorical, .vocabulary = {"Ärztin", "b,\"c\""}};
  for (size_t row = 0; row < rows; ++row) {
    id.numbers.push_back(static_cast<double>(row));
    income.numbers.push_back(row % 7 == 0 ? kMissing : 0.1 * static_cast<double>(row));
    job.codes.push_back(static_cast<int32_t>(row % 3) - 1);
  }
  return Table({id, income, job});
}

void WriteSample(const std::string& path, FileFormat format, const Table& table) {
  auto writer = TableWriter::Create(path, format, kSchema);
  ASSERT_TRUE(writer) << writer.error().message;
  ASSERT_TRUE(writer->Append(table));
  ASSERT_TRUE(writer->Commit());
}

TEST(ArrowFiles, GiveBackWhatWasWritten) {
  for (const size_t rows : {0, 1, 10'000, 10'001, 250'000}) {
    for (const FileFormat format : {FileFormat::kParquet, FileFormat::kArrow}) {
      SCOPED_TRACE(std::string(FileFormatName(format)) + " " + std::to_string(rows));
      const TestFile file;
      const Table table = Sample(rows);
      WriteSample(file.path(), format, table);
      const auto read = ReadTable(file.path(), format);
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(CsvText(*read), CsvText(table));
    }
  }
}

TEST(ArrowFiles, AreTheSameBytesForTheSameRows) {
  for (const FileFormat format : {FileFormat::kParquet, FileFormat::kArrow}) {
    const TestFile a, b;
    WriteSample(a.path(), format, Sample(1000));
    WriteSample(b.path(), format, Sample(1000));
    EXPECT_EQ(a.Bytes(), b.Bytes());
  }
}

TEST(ArrowFiles, ComeInChunksOfTheColumnsAndInTheOrderAskedFor) {
  const std::string csv = CsvText(Sample(25'000));
  for (const FileFormat format : {FileFormat::kParquet, FileFormat::kArrow}) {
    const TestFile file;
    WriteSample(file.path(), format, Sample(25'000));
    auto reader = ArrowReader::Open(file.path(), format);
    ASSERT_TRUE(reader);
    EXPECT_THAT(reader->columns(), ::testing::ElementsAre("id", "income", "job"));
    EXPECT_EQ(reader->row_count().value_or(25'000), 25'000);
    ASSERT_TRUE(reader->Select({{"job"}, {"id", true}}));
    std::vector<size_t> sizes;
    for (size_t row = 0;;) {
      const auto chunk = reader->Next(7'000);
      ASSERT_TRUE(chunk) << chunk.error().message;
      if (chunk->rows() == 0) break;
      sizes.push_back(chunk->rows());
      EXPECT_EQ(chunk->column(0).name, "job");
      const Column& id = chunk->column(1);
      EXPECT_EQ(id.vocabulary[static_cast<size_t>(id.codes[0])], std::to_string(row));
      row += chunk->rows();
    }
    EXPECT_THAT(sizes, ::testing::ElementsAre(7'000, 7'000, 7'000, 4'000));
    EXPECT_EQ(reader->Next(5)->rows(), 0);
  }
}

TEST(ArrowFiles, SlicesAndCompressionOfOthers) {
  const auto whole = ArrayOf(arrow::int32(), "[1, null, 3, 4, null, 6]");
  const auto words = ArrayOf(arrow::utf8(), R"(["a", null, "c", "d", null, "f"])");
  const auto flags = ArrayOf(arrow::boolean(), "[true, null, false, true, null, false]");
  const auto batch = Batch({{"n", whole}, {"w", words}, {"f", flags}})->Slice(1, 4);
  const std::string expected = "n,w,f\n,,\n3,c,0\n4,d,1\n,,\n";
  for (const char* codec : {"", "lz4", "zstd"}) {
    for (const bool is_file : {true, false}) {
      const auto read = ReadBytes(IpcBytes({batch, batch}, is_file, codec), FileFormat::kArrow);
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(CsvText(*read), expected + expected.substr(6));
    }
  }
  using arrow::Compression;
  for (const auto compression : {Compression::SNAPPY, Compression::GZIP, Compression::BROTLI,
                                 Compression::ZSTD, Compression::LZ4}) {
    const auto read =
        ReadBytes(ParquetBytes(batch, {.compression = compression}), FileFormat::kParquet);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(CsvText(*read), expected);
  }
}

TEST(ArrowFiles, AStreamComesFromAPipe) {
  const auto batch = Batch({{"n", ArrayOf(arrow::int32(), "[1, 2]")}});
  for (const bool is_file : {true, false}) {
    const std::string bytes = IpcBytes({batch, batch}, is_file);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    std::thread sender([&] {
      for (const char c : bytes) ASSERT_EQ(write(ends[1], &c, 1), 1);
      close(ends[1]);
    });
    const std::string path = "/dev/fd/" + std::to_string(ends[0]);
    const auto parquet = ReadTable(path, FileFormat::kParquet);
    ASSERT_FALSE(parquet);
    EXPECT_THAT(parquet.error().message, ::testing::HasSubstr("is a pipe"));
    const auto read = ReadTable(path, FileFormat::kArrow);
    sender.join();
    close(ends[0]);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(CsvText(*read), "n\n1\n2\n1\n2\n");
  }
}

TEST(ArrowFiles, NothingAppearsWithoutCommit) {
  const TestFile file("old");
  {
    auto writer = TableWriter::Create(file.path(), FileFormat::kParquet, kSchema);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->Append(Sample(10)));
  }
  EXPECT_EQ(file.Bytes(), "old");
}

TEST(ArrowFiles, AFullDiskIsSaid) {
  auto writer = TableWriter::Create("/dev/full", FileFormat::kArrow, kSchema);
  const auto failed = writer ? writer->Append(Sample(100'000)) : std::unexpected(writer.error());
  const auto committed = failed ? writer->Commit() : failed;
  ASSERT_FALSE(committed);
  EXPECT_THAT(committed.error().message, ::testing::HasSubstr("the disk is full"));
}

}  // namespace
}  // namespace fairline
