// Files that are cut off, changed, lying or made to exhaust the machine: an error that names the
// place, or a table, and never a crash.
#include <gmock/gmock.h>

#include <algorithm>

#include "fairline/arrow/test_files.h"
#include "fairline/core/limits.h"
#include "fairline/core/random.h"
#include "fairline/data/arrow_reader.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::shared_ptr<arrow::RecordBatch> SmallBatch() {
  return Batch({{"n", ArrayOf(arrow::int32(), "[1, null, 3, 4, 5]")},
                {"x", ArrayOf(arrow::float64(), "[0.5, 1.5, null, 2.5, 3.5]")},
                {"w", ArrayOf(arrow::utf8(), R"(["a", "bb", null, "a", "ccc"])")},
                {"d", ArrayOf(arrow::dictionary(arrow::int8(), arrow::utf8()),
                              R"(["x", null, "y", "x", "y"])")}});
}

struct File {
  std::string bytes;
  FileFormat format;
};

std::vector<File> SmallFiles() {
  const auto batch = SmallBatch();
  return {{ParquetBytes(batch, {.rows_per_group = 3}), FileFormat::kParquet},
          {ParquetBytes(batch, {.compression = arrow::Compression::ZSTD}), FileFormat::kParquet},
          {IpcBytes({batch, batch}, true), FileFormat::kArrow},
          {IpcBytes({batch, batch}, false), FileFormat::kArrow},
          {IpcBytes({batch}, true, "lz4"), FileFormat::kArrow}};
}

TEST(BadFiles, CutOffAnywhere) {
  for (const File& file : SmallFiles()) {
    for (size_t length = 0; length < file.bytes.size(); ++length) {
      const auto read = ReadBytes(file.bytes.substr(0, length), file.format);
      // A stream may end without saying so, between two messages.
      const bool between = read && read->rows() % 5 == 0 && file.format == FileFormat::kArrow;
      EXPECT_TRUE(!read || between) << length;
    }
  }
}

TEST(BadFiles, OneByteChangedAnywhere) {
  Random random(4);
  size_t errors = 0, tables = 0;
  for (const File& file : SmallFiles()) {
    for (size_t i = 0; i < file.bytes.size(); ++i) {
      std::string changed = file.bytes;
      changed[i] = static_cast<char>(changed[i] ^ static_cast<char>(1 + random.Below(255)));
      ReadBytes(changed, file.format) ? ++tables : ++errors;
    }
  }
  EXPECT_GT(errors, 0);
  EXPECT_GT(tables, 0);
}

TEST(BadFiles, SeveralBytesChanged) {
  constexpr int kRounds = 400;
  constexpr unsigned char kExtremes[] = {0, 1, 0x7f, 0x80, 0xff};
  Random random(5);
  for (const File& file : SmallFiles()) {
    for (int round = 0; round < kRounds; ++round) {
      std::string changed = file.bytes;
      const size_t at = random.Below(changed.size());
      const size_t count = std::min<size_t>(1 + random.Below(8), changed.size() - at);
      for (size_t i = 0; i < count; ++i) {
        changed[at + i] = static_cast<char>(kExtremes[random.Below(std::size(kExtremes))]);
      }
      const auto read = ReadBytes(changed, file.format);
      EXPECT_TRUE(read || !read.error().message.empty());
    }
  }
}

TEST(BadFiles, AreToldApartByTheirFirstBytes) {
  const auto batch = SmallBatch();
  const std::string parquet = ParquetBytes(batch), arrow = IpcBytes({batch}, true);
  const std::string stream = IpcBytes({batch}, false);
  const auto not_parquet = [](const std::string& bytes) {
    return FaultOf(bytes, FileFormat::kParquet);
  };
  EXPECT_EQ(not_parquet(""), "is empty: it has 0 bytes");
  EXPECT_EQ(not_parquet("id,x\n1,2\n"), "is not a Parquet file; it seems to be text, perhaps CSV");
  EXPECT_EQ(not_parquet(arrow), "is not a Parquet file; it seems to be an Arrow file");
  EXPECT_EQ(not_parquet(stream), "is not a Parquet file; it seems to be an Arrow stream");
  EXPECT_EQ(not_parquet("\x1f\x8b\x08"),
            "is not a Parquet file; it seems to be gzip; unpack it first");
  EXPECT_THAT(not_parquet(parquet.substr(0, parquet.size() - 1)), HasSubstr("cut off after"));
  EXPECT_THAT(not_parquet("PAR1"), HasSubstr("cut off after 4 bytes"));
  EXPECT_THAT(not_parquet("PAREwhatever"), HasSubstr("is encrypted"));
  EXPECT_EQ(FaultOf(parquet, FileFormat::kArrow),
            "is not an Arrow file; it seems to be a Parquet file");
  EXPECT_EQ(FaultOf("", FileFormat::kArrow), "is empty: it has 0 bytes");
  EXPECT_THAT(FaultOf("ARROW1\0\0", FileFormat::kArrow), HasSubstr("is damaged"));
}

TEST(BadFiles, AFolderAndNoFile) {
  for (const auto format : {FileFormat::kParquet, FileFormat::kArrow}) {
    EXPECT_EQ(ReadTable("/", format).error().message, "/: is a folder; name the file in it");
    EXPECT_EQ(ReadTable("/no/such", format).error().code, ErrorCode::kNotFound);
  }
}

/// Where the footer may have a count: a number of one byte, in Thrift's compact form, behind the
/// head of a field of 64 bits.
std::vector<size_t> PlacesOfCount(const std::string& bytes, int count) {
  std::vector<size_t> places;
  for (size_t at = bytes.size() / 4; at + 8 < bytes.size(); ++at) {
    if (bytes[at] == static_cast<char>(count * 2) && (bytes[at - 1] & 15) == 6)
      places.push_back(at);
  }
  return places;
}

TEST(BadFiles, AFooterThatLiesAboutRows) {
  const std::string bytes =
      ParquetBytes(Batch({{"n", ArrayOf(arrow::int32(), "[1,2,3,4,5]")}}), {.store_schema = false});
  const auto places = PlacesOfCount(bytes, 5);
  std::vector<std::string> faults;
  for (const size_t a : places) {
    for (const size_t b : places) {  // the file's count and the row group's
      std::string lying = bytes;
      lying[a] = lying[b] = 9 * 2;
      faults.push_back(FaultOf(lying, FileFormat::kParquet));
    }
  }
  using ::testing::Contains;
  EXPECT_THAT(faults, Contains("is damaged: its footer says 5 rows, its row groups have 9"));
  EXPECT_THAT(faults,
              Contains("row group 1: column n: is damaged: its footer says 9 rows, it has 5"));
}

TEST(BadFiles, ALyingColumnIsNamed) {
  // The pages of the second column are overwritten where they begin.
  const auto batch = SmallBatch();
  const std::string bytes = ParquetBytes(batch);
  std::vector<std::string> faults;
  for (size_t at = 4; at + 24 < bytes.size(); at += 8) {
    std::string changed = bytes;
    std::fill_n(changed.begin() + static_cast<ptrdiff_t>(at), 24, '\x7f');
    faults.push_back(FaultOf(changed, FileFormat::kParquet));
  }
  for (const std::string column : {"n", "x", "w", "d"}) {
    EXPECT_THAT(faults, ::testing::Contains(StartsWith("row group 1: column " + column)));
  }
}

/// The most memory this process ever had, in MB; counted anew from the last ForgetPeak().
size_t PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    size_t kilobytes;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes >> 10;
  }
  return 0;
}

bool ForgetPeak() { return static_cast<bool>(std::ofstream("/proc/self/clear_refs") << 5); }

/// Rows out of few bytes: one value, run-length encoded, in many row groups of the same pages.
std::string ManyRows(const std::shared_ptr<arrow::Array>& value, int64_t rows) {
  const auto column = Value(arrow::MakeArrayFromScalar(*Value(value->GetScalar(0)), rows));
  return ParquetBytes(Batch({{"c", column}}),
                      {.rows_per_group = rows, .compression = arrow::Compression::ZSTD});
}

TEST(BadFiles, ManyRowsOutOfFewBytesStreamInFlatMemory) {
  constexpr size_t kRows = 40'000'000;  // 320 MB as numbers
  const std::string bytes = ManyRows(ArrayOf(arrow::float64(), "[1.5]"), kRows);
  ASSERT_LT(bytes.size(), 200'000);
  const TestFile file(bytes);
  if (!ForgetPeak()) GTEST_SKIP() << "the kernel does not count this process's memory anew";
  const size_t before = PeakMegabytes();
  auto reader = ArrowReader::Open(file.path(), FileFormat::kParquet);
  ASSERT_TRUE(reader);
  for (size_t rows = 0;;) {
    const auto chunk = reader->Next(limits::kBatchChunkRows);
    ASSERT_TRUE(chunk);
    rows += chunk->rows();
    if (chunk->rows() > 0) continue;
    EXPECT_EQ(rows, kRows);
    break;
  }
  EXPECT_LT(PeakMegabytes() - before, 160);
}

TEST(BadFiles, LongTextsOutOfFewBytesAreTooLarge) {
  const std::string text(1 << 20, 'x');
  const auto column = ArrayOf(arrow::utf8(), "[\"" + text + "\"]");
  const auto index =
      Value(arrow::MakeArrayFromScalar(*Value(arrow::MakeScalar(arrow::int32(), 0)), 10'000));
  const auto words = Value(arrow::DictionaryArray::FromArrays(
      arrow::dictionary(arrow::int32(), arrow::utf8()), index, column));
  const std::string bytes = ParquetBytes(
      Batch({{"c", words}}),
      {.rows_per_group = 10'000, .compression = arrow::Compression::ZSTD, .store_schema = false});
  ASSERT_LT(bytes.size(), 20'000);
  EXPECT_THAT(FaultOf(bytes, FileFormat::kParquet),
              StartsWith("row group 1: column c: takes more than 2"));
}

}  // namespace
}  // namespace fairline
