// A Parquet or Arrow file, through the plug-in: what could be read can be written, and read again
// as the same rows.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/data/arrow_reader.h"
#include "fairline/data/csv_writer.h"
#include "fairline/data/table_file.h"

namespace fairline {
namespace {

constexpr size_t kMostRows = 50'000;

/// A file in memory, with a name to open it by.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes) : descriptor_(memfd_create("fuzz", 0)) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    FAIRLINE_CHECK(written == static_cast<ssize_t>(bytes.size()), "there is memory for the file");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

/// The columns that can be read.
std::vector<ArrowColumn> Choose(ArrowReader& reader, bool as_text) {
  std::vector<ArrowColumn> columns;
  for (const std::string& name : reader.columns()) {
    if (reader.Select({{name, as_text}})) columns.push_back({name, as_text});
  }
  return columns;
}

Result<Table> Read(const std::string& path, FileFormat format, bool as_text) {
  ArrowReader reader = FAIRLINE_TRY(ArrowReader::Open(path, format));
  FAIRLINE_TRY(reader.Select(Choose(reader, as_text)));
  return reader.Next(kMostRows);
}

void CheckRoundTrip(const Table& table) {
  TableSchema schema;
  for (const Column& column : table.columns()) schema.push_back({column.name, column.type});
  for (const FileFormat format : {FileFormat::kParquet, FileFormat::kArrow}) {
    char path[] = "/tmp/fairline-fuzz-XXXXXX";
    close(mkstemp(path));
    auto writer = TableWriter::Create(path, format, schema);
    FAIRLINE_CHECK(writer && writer->Append(table) && writer->Commit(), "it can be written");
    const auto again = Read(path, format, false);
    unlink(path);
    FAIRLINE_CHECK(again && CsvText(*again) == CsvText(table), "the same rows again");
  }
}

}  // namespace
}  // namespace fairline

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const FileFormat format = bytes.starts_with("PAR1") ? FileFormat::kParquet : FileFormat::kArrow;
  const MemoryFile file(bytes);
  Read(file.path(), format, true);
  const auto table = Read(file.path(), format, false);
  if (table && table->rows() > 0) CheckRoundTrip(*table);
  return 0;
}
