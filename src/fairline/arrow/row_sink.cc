#include "fairline/arrow/row_sink.h"

#include <arrow/ipc/options.h>
#include <arrow/ipc/writer.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <utility>

namespace fairline {
namespace {

constexpr int64_t kRowsPerGroup = 100'000;

class ParquetSink : public RowSink {
 public:
  explicit ParquetSink(std::unique_ptr<parquet::arrow::FileWriter> writer)
      : writer_(std::move(writer)) {}

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows) override {
    return writer_->WriteRecordBatch(*rows);
  }
  arrow::Status Finish() override { return writer_->Close(); }

 private:
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
};

class IpcSink : public RowSink {
 public:
  explicit IpcSink(std::shared_ptr<arrow::ipc::RecordBatchWriter> writer)
      : writer_(std::move(writer)) {}

  arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows) override {
    return writer_->WriteRecordBatch(*rows);
  }
  arrow::Status Finish() override { return writer_->Close(); }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

}  // namespace

arrow::Result<std::unique_ptr<RowSink>> CreateRowSink(std::shared_ptr<HostOutput> output,
                                                      FairlineArrowLayout layout,
                                                      const std::shared_ptr<arrow::Schema>& schema,
                                                      arrow::MemoryPool* pool) {
  if (layout == kFairlineParquet) {
    const auto properties = parquet::WriterProperties::Builder()
                                .memory_pool(pool)
                                ->compression(parquet::Compression::ZSTD)
                                ->max_row_group_length(kRowsPerGroup)
                                ->enable_page_checksum()
                                ->build();
    ARROW_ASSIGN_OR_RAISE(auto writer, parquet::arrow::FileWriter::Open(
                                           *schema, pool, std::move(output), properties));
    return std::make_unique<ParquetSink>(std::move(writer));
  }
  auto options = arrow::ipc::IpcWriteOptions::Defaults();
  options.memory_pool = pool;
  options.use_threads = false;
  ARROW_ASSIGN_OR_RAISE(auto writer,
                        layout == kFairlineArrowFile
                            ? arrow::ipc::MakeFileWriter(std::move(output), schema, options)
                            : arrow::ipc::MakeStreamWriter(std::move(output), schema, options));
  return std::make_unique<IpcSink>(std::move(writer));
}

}  // namespace fairline
