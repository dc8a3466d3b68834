// Parquet and Arrow files for tests, made by Arrow itself and read by the program's reader.
#pragma once

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/json/from_string.h>
#include <arrow/util/compression.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "fairline/data/table_file.h"

namespace fairline {

/// A file that is gone with the test.
class TestFile {
 public:
  explicit TestFile(const std::string& bytes = "", const std::string& suffix = "bin") {
    static int number = 0;
    path_ =
        std::filesystem::temp_directory_path() / ("fairline-arrow-" + std::to_string(getpid()) +
                                                  "-" + std::to_string(++number) + "." + suffix);
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;
  ~TestFile() { std::filesystem::remove(path_); }

  std::string path() const { return path_.string(); }
  std::string Bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
};

template <typename T>
T Value(arrow::Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status().ToString();
  return std::move(result).ValueOrDie();
}

inline void Expect(const arrow::Status& status) { EXPECT_TRUE(status.ok()) << status.ToString(); }

/// Values as JSON: `[1, null]`.
inline std::shared_ptr<arrow::Array> ArrayOf(const std::shared_ptr<arrow::DataType>& type,
                                             const std::string& json) {
  return Value(arrow::json::ArrayFromJSONString(type, json));
}

using Arrays = std::vector<std::pair<std::string, std::shared_ptr<arrow::Array>>>;

inline std::shared_ptr<arrow::RecordBatch> Batch(const Arrays& arrays) {
  arrow::FieldVector fields;
  arrow::ArrayVector values;
  for (const auto& [name, array] : arrays) {
    fields.push_back(arrow::field(name, array->type()));
    values.push_back(array);
  }
  return arrow::RecordBatch::Make(arrow::schema(fields), values.front()->length(), values);
}

struct ParquetOptions {
  int64_t rows_per_group = 1000;
  arrow::Compression::type compression = arrow::Compression::UNCOMPRESSED;
  bool store_schema = true;
};

inline std::string ParquetBytes(const std::shared_ptr<arrow::RecordBatch>& batch,
                                const ParquetOptions& options = {}) {
  auto sink = Value(arrow::io::BufferOutputStream::Create());
  const auto table = Value(arrow::Table::FromRecordBatches({batch}));
  parquet::ArrowWriterProperties::Builder arrow_properties;
  if (options.store_schema) arrow_properties.store_schema();
  Expect(parquet::arrow::WriteTable(
      *table, arrow::default_memory_pool(), sink, options.rows_per_group,
      parquet::WriterProperties::Builder().compression(options.compression)->build(),
      arrow_properties.build()));
  return Value(sink->Finish())->ToString();
}

inline std::string IpcBytes(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                            bool is_file, const std::string& codec = "") {
  auto sink = Value(arrow::io::BufferOutputStream::Create());
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  if (!codec.empty()) {
    options.codec =
        Value(arrow::util::Codec::Create(Value(arrow::util::Codec::GetCompressionType(codec))));
  }
  const auto schema = batches.front()->schema();
  auto writer = Value(is_file ? arrow::ipc::MakeFileWriter(sink, schema, options)
                              : arrow::ipc::MakeStreamWriter(sink, schema, options));
  for (const auto& batch : batches) Expect(writer->WriteRecordBatch(*batch));
  Expect(writer->Close());
  return Value(sink->Finish())->ToString();
}

inline Result<Table> ReadBytes(const std::string& bytes, FileFormat format) {
  const TestFile file(bytes);
  return ReadTable(file.path(), format);
}

/// The message of the error that reading gives, without the file's name; "ok" when it gives none.
inline std::string FaultOf(const std::string& bytes, FileFormat format) {
  const TestFile file(bytes);
  const auto table = ReadTable(file.path(), format);
  if (table) return "ok";
  const std::string name = file.path() + ": ";
  const std::string& message = table.error().message;
  EXPECT_TRUE(message.starts_with(name)) << message;
  return message.substr(std::min(name.size(), message.size()));
}

}  // namespace fairline
