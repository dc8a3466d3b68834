// The reader on well-formed, odd and broken files, and at every block size: where a block ends must
// never show.
#include "fairline/data/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Row = std::vector<std::string>;

/// Everything a reader says about a file: rows as they are, errors as "! message".
std::vector<Row> ReadAll(const std::string& bytes, size_t block_bytes = CsvReader::kBlockBytes) {
  std::vector<Row> rows;
  auto reader = CsvReader::Open(MemorySource(bytes), "a.csv", block_bytes);
  if (!reader) return {{"! " + reader.error().message}};
  rows.push_back(reader->header());
  CsvRecord record;
  for (;;) {
    const Result<bool> more = reader->Next(record);
    if (!more) {
      rows.push_back({"! " + more.error().message, std::string(record.bytes)});
    } else if (!*more) {
      return rows;
    } else {
      Row& row = rows.emplace_back();
      for (const CsvField& field : record.fields) row.emplace_back(field.text);
    }
  }
}

std::string OpenError(const std::string& bytes) {
  const auto reader = CsvReader::Open(MemorySource(bytes), "a.csv");
  return reader ? "no error" : reader.error().message;
}

TEST(CsvReaderTest, ReadsPlainRecords) {
  EXPECT_THAT(ReadAll("a,b\n1,2\n3,4\n"), ElementsAre(Row{"a", "b"}, Row{"1", "2"}, Row{"3", "4"}));
}

TEST(CsvReaderTest, ReadsEveryKindOfLineEnd) {
  const std::vector<Row> expected = {{"a", "b"}, {"1", ""}, {"", "4"}};
  EXPECT_EQ(ReadAll("a,b\r\n1,\r\n,4\r\n"), expected);
  EXPECT_EQ(ReadAll("a,b\n1,\n,4"), expected);
  EXPECT_EQ(ReadAll("a,b\r\n1,\n,4\r"), expected);
  EXPECT_EQ(ReadAll("\xef\xbb\xbf"
                    "a,b\n1,\n\n\r\n,4\n\n"),
            expected);
}

TEST(CsvReaderTest, ReadsQuotedFields) {
  EXPECT_THAT(ReadAll("\"a\",\"b,\"\n\"1\n2\",\"say \"\"hi\"\"\"\n\"\",\"\"\"\"\n"),
              ElementsAre(Row{"a", "b,"}, Row{"1\n2", "say \"hi\""}, Row{"", "\""}));
}

TEST(CsvReaderTest, TellsLineAndOffsetOfEachRecord) {
  const std::string file =
      "\xef\xbb\xbf"
      "a,b\n\"x\ny\",1\r\n\nz,2\n";
  auto reader = CsvReader::Open(MemorySource(file), "a.csv");
  ASSERT_TRUE(reader);
  CsvRecord record;
  ASSERT_TRUE(reader->Next(record).value());
  EXPECT_EQ(record.line, 2u);
  EXPECT_EQ(record.byte_offset, 7u);
  EXPECT_EQ(record.bytes, "\"x\ny\",1");
  EXPECT_TRUE(record.fields[0].quoted);
  EXPECT_FALSE(record.fields[1].quoted);
  ASSERT_TRUE(reader->Next(record).value());
  EXPECT_EQ(record.line, 5u);
  EXPECT_EQ(file.substr(record.byte_offset, 3), "z,2");
}

TEST(CsvReaderTest, GoesOnBehindABadRecord) {
  const std::vector<Row> rows =
      ReadAll("a,b\n1\n1,2,3\nx\"y,2\n\"x\"y,2\n1,\"o\rk\"\n1\r,2\n\"\xff\",2\n5,6\n");
  ASSERT_EQ(rows.size(), 9u);
  EXPECT_THAT(rows[1], ElementsAre("! a.csv:2: has 1 fields, the header names 2 columns", "1"));
  EXPECT_THAT(rows[2], ElementsAre("! a.csv:3: has 3 fields, the header names 2 columns", "1,2,3"));
  EXPECT_THAT(rows[3], ElementsAre(HasSubstr("a.csv:4: column a: a quote inside"), "x\"y,2"));
  EXPECT_THAT(rows[4], ElementsAre(HasSubstr("a.csv:5: column a: text after the"), "\"x\"y,2"));
  EXPECT_THAT(rows[5], ElementsAre("1", "o\rk"));
  EXPECT_THAT(rows[6], ElementsAre(HasSubstr("a.csv:7: column a: a carriage return"), "1\r,2"));
  EXPECT_THAT(rows[7], ElementsAre("! a.csv:8: column a: is not UTF-8 text", "\"\xff\",2"));
  EXPECT_EQ(rows[8], (Row{"5", "6"}));
}

TEST(CsvReaderTest, GoesOnBehindTheLineOfTheFault) {
  EXPECT_THAT(ReadAll("a,b\n\"p\nq\",x\"y\n5,6\n"),
              ElementsAre(Row{"a", "b"},
                          ElementsAre(HasSubstr("a.csv:2: column b: a quote"), "\"p\nq\",x\"y"),
                          Row{"5", "6"}));
}

TEST(CsvReaderTest, RefusesNulBytes) {
  const std::string file("a,b\n1,x\0y\n5,6\n", 14);
  const std::vector<Row> rows = ReadAll(file);
  EXPECT_EQ(rows[1][0], "! a.csv:2: column b: holds a NUL byte");
  EXPECT_EQ(rows[2], (Row{"5", "6"}));
}

TEST(CsvReaderTest, OneUnclosedQuoteCostsOneLine) {
  EXPECT_THAT(
      ReadAll("a,b\n7,\"open\n8,9\n5,6\n"),
      ElementsAre(Row{"a", "b"},
                  ElementsAre("! a.csv:2: column b: the quoted field is never closed", "7,\"open"),
                  Row{"8", "9"}, Row{"5", "6"}));
}

TEST(CsvReaderTest, RefusesTooLongRecordsInBoundedMemory) {
  const std::string longer(3 * limits::kCsvLineBytes, 'x');
  const std::vector<Row> rows = ReadAll("a\n" + longer + "\n1\n\"" + longer + "\n2\n");
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_THAT(rows[1][0], HasSubstr("a.csv:2: the record is longer than 8 MiB"));
  EXPECT_EQ(rows[2], Row{"1"});
  EXPECT_THAT(rows[3][0], HasSubstr("a.csv:4: the record is longer than 8 MiB"));
  EXPECT_EQ(rows[4], Row{"2"});
}

TEST(CsvReaderTest, AHundredMegabyteLineIsPassedInFlatMemory) {
  static constexpr std::string_view kBefore = "a,b\n1,", kAfter = "\n3,4\n";
  static constexpr size_t kCells = 100'000'000;
  class Long : public ByteSource {
   public:
    explicit Long(size_t& largest) : largest_(largest) {}
    Result<size_t> Read(char* buffer, size_t size) override {
      largest_ = std::max(largest_, size);
      size_t count = 0;
      for (; count < size && at_ < kBefore.size() + kCells + kAfter.size(); ++count, ++at_) {
        const size_t behind = at_ - kBefore.size();
        buffer[count] = at_ < kBefore.size() ? kBefore[at_]
                        : behind < kCells    ? 'x'
                                             : kAfter[behind - kCells];
      }
      return count;
    }

   private:
    size_t at_ = 0;
    size_t& largest_;
  };
  size_t largest = 0;
  auto reader = CsvReader::Open(std::make_unique<Long>(largest), "a.csv");
  ASSERT_TRUE(reader);
  CsvRecord record;
  EXPECT_THAT(reader->Next(record).error().message, HasSubstr("a.csv:2: the record is longer"));
  ASSERT_TRUE(reader->Next(record).value());
  EXPECT_EQ(record.line, 3u);
  EXPECT_EQ(record.byte_offset, kBefore.size() + kCells + 1);
  EXPECT_EQ(record.bytes, "3,4");
  // What a buffer is asked to take at a time says how large it is.
  EXPECT_LE(largest, 2 * limits::kCsvLineBytes);
}

TEST(CsvReaderTest, RefusesHeadersNobodyCanUse) {
  EXPECT_THAT(OpenError(""), HasSubstr("a.csv: is empty"));
  EXPECT_THAT(OpenError("\n\n"), HasSubstr("a.csv: is empty"));
  EXPECT_THAT(OpenError("a,b,a\n"), HasSubstr("a.csv:1: two columns are named a"));
  EXPECT_THAT(OpenError(",a\n0,1\n"), HasSubstr("a.csv:1: column 1 has no name"));
  EXPECT_THAT(OpenError("a;b\n1;2\n"), HasSubstr("not separated by commas"));
  EXPECT_THAT(OpenError("a,\xff\n"), HasSubstr("not UTF-8"));
  EXPECT_THAT(OpenError("\"a,b\n1,2\n"), HasSubstr("a.csv:1: column 1: the quoted field"));
  EXPECT_THAT(OpenError("a,b\r1,2\r"), HasSubstr("carriage return"));
  EXPECT_THAT(OpenError("PAR1\x15\x04\x15"), HasSubstr("Parquet"));
  EXPECT_THAT(OpenError(std::string("\xff\xfe"
                                    "a\0",
                                    4)),
              HasSubstr("UTF-16"));
}

TEST(CsvReaderTest, AColumnMayBeCalledAsAFormatBegins) {
  EXPECT_THAT(ReadAll("PAR1,PAR2\n1,2\n"), ElementsAre(Row{"PAR1", "PAR2"}, Row{"1", "2"}));
}

TEST(CsvReaderTest, HeaderOnlyIsAFileWithoutRows) {
  EXPECT_THAT(ReadAll("a,b\n"), ElementsAre(Row{"a", "b"}));
  EXPECT_THAT(ReadAll("a,b"), ElementsAre(Row{"a", "b"}));
}

TEST(CsvReaderTest, AnErrorOfTheSourceIsNotTakenForABadRecord) {
  class Broken : public ByteSource {
    Result<size_t> Read(char* buffer, size_t) override {
      if (read_++ > 0) return Fail(ErrorCode::kUnavailable, "the disk is gone");
      std::copy_n("a\n1\n2\n3\n", 8, buffer);
      return 8;
    }
    int read_ = 0;
  };
  auto reader = CsvReader::Open(std::make_unique<Broken>(), "a.csv", 8);
  ASSERT_TRUE(reader);
  CsvRecord record;
  Result<bool> more = reader->Next(record);
  while (more && *more) more = reader->Next(record);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::kUnavailable);
}

TEST(CsvReaderTest, MissingFilesAndFoldersAreNamed) {
  EXPECT_THAT(CsvReader::Open("/nowhere/a.csv").error().message, HasSubstr("/nowhere/a.csv"));
  EXPECT_THAT(CsvReader::Open("/").error().message, HasSubstr("is a folder"));
}

// Bytes drawn so that every rule is met often.
rc::Gen<std::string> HostileBytes() {
  return rc::gen::container<std::string>(
      rc::gen::element('a', 'b', ',', ',', '"', '"', '\n', '\n', '\r', '\0', '\xc3', '\xa9'));
}

RC_GTEST_PROP(CsvReaderProperty, BlockSizeNeverShows, ()) {
  const std::string bytes = "a,b\n" + *HostileBytes();
  const std::vector<Row> expected = ReadAll(bytes);
  for (size_t block = 1; block <= 64; ++block) RC_ASSERT(ReadAll(bytes, block) == expected);
}

}  // namespace
}  // namespace fairline
