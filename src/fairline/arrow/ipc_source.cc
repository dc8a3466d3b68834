// Arrow IPC: the file layout by its footer, the stream layout in order (also from a pipe). Offsets
// and dictionary entries come straight out of the file, so every batch is validated in full.
#include <arrow/array.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/reader.h>
#include <arrow/type.h>

#include <utility>

#include "fairline/arrow/row_source.h"

namespace fairline {
namespace {

arrow::ipc::IpcReadOptions Options(arrow::MemoryPool* pool) {
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.memory_pool = pool;
  options.use_threads = false;
  return options;
}

class IpcSource : public RowSource {
 public:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    ++group_;
    ARROW_ASSIGN_OR_RAISE(auto batch, Read());
    if (batch == nullptr) return batch;
    for (int i = 0; i < batch->num_columns(); ++i) {
      failed_column_ = columns_.empty() ? i : columns_[static_cast<size_t>(i)];
      ARROW_RETURN_NOT_OK(batch->column(i)->ValidateFull());
    }
    failed_column_ = -1;
    return batch;
  }

 protected:
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Read() = 0;

  std::vector<int> columns_;  // empty: all
};

class IpcFile : public IpcSource {
 public:
  IpcFile(std::shared_ptr<HostInput> input, arrow::MemoryPool* pool)
      : input_(std::move(input)), options_(Options(pool)) {}

  arrow::Status Open() {
    ARROW_ASSIGN_OR_RAISE(reader_, arrow::ipc::RecordBatchFileReader::Open(input_, options_));
    if (schema_ == nullptr) schema_ = reader_->schema();
    return arrow::Status::OK();
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status Select(const std::vector<int>& columns) override {
    columns_ = columns;
    options_.included_fields = columns;
    return Open();
  }

 private:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Read() override {
    if (group_ > reader_->num_record_batches()) return nullptr;
    return reader_->ReadRecordBatch(group_ - 1);
  }

  std::shared_ptr<HostInput> input_;
  arrow::ipc::IpcReadOptions options_;
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;  // of all columns
};

class IpcStream : public IpcSource {
 public:
  explicit IpcStream(std::shared_ptr<arrow::ipc::RecordBatchStreamReader> reader)
      : reader_(std::move(reader)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return reader_->schema(); }

  arrow::Status Select(const std::vector<int>& columns) override {
    columns_ = columns;
    return arrow::Status::OK();
  }

 private:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Read() override {
    ARROW_ASSIGN_OR_RAISE(auto batch, reader_->Next());
    if (batch == nullptr || columns_.empty()) return batch;
    return batch->SelectColumns(columns_);
  }

  std::shared_ptr<arrow::ipc::RecordBatchStreamReader> reader_;
};

}  // namespace

arrow::Result<std::unique_ptr<RowSource>> OpenIpcSource(std::shared_ptr<HostInput> input,
                                                        bool is_file, arrow::MemoryPool* pool) {
  if (is_file) {
    auto file = std::make_unique<IpcFile>(std::move(input), pool);
    ARROW_RETURN_NOT_OK(file->Open());
    return file;
  }
  ARROW_ASSIGN_OR_RAISE(auto reader,
                        arrow::ipc::RecordBatchStreamReader::Open(std::move(input), Options(pool)));
  return std::make_unique<IpcStream>(std::move(reader));
}

}  // namespace fairline
