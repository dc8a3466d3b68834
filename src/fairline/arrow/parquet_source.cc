// Parquet, one row group after another, each in batches, so that memory depends neither on the
// number of rows nor on the size of a row group: pages are read through small buffers, a column's
// next values when they are due.
#include <arrow/type.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <string>
#include <utility>

#include "fairline/arrow/row_source.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

constexpr int64_t kMostRows = int64_t{1} << 62;  // so that sums do not overflow

arrow::Status Damaged(const std::string& what) { return arrow::Status::Invalid(what); }

class ParquetSource : public RowSource {
 public:
  explicit ParquetSource(std::unique_ptr<parquet::arrow::FileReader> reader)
      : reader_(std::move(reader)) {}

  arrow::Status Prepare() {
    ARROW_RETURN_NOT_OK(reader_->GetSchema(&schema_));
    for (int i = 0; i < schema_->num_fields(); ++i) AddLeaves(Field(i), i);
    return CheckCounts();
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  int64_t rows() const override { return Metadata().num_rows(); }

  arrow::Status Select(const std::vector<int>& columns) override {
    leaves_.clear();
    for (const int column : columns) AddLeaves(Field(column), column);
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    for (;;) {
      if (batches_ == nullptr && group_ == reader_->num_row_groups()) return nullptr;
      std::shared_ptr<arrow::RecordBatch> batch;
      const arrow::Status read = NextOfGroup(&batch);
      if (!read.ok()) {
        failed_column_ = FindFailure();
        return read;
      }
      if (batch != nullptr) return batch;
      batches_.reset();
    }
  }

 private:
  struct Leaf {
    int leaf;    // as Parquet counts: the parts of nested columns one by one
    int column;  // as the schema counts
  };
  using Batches = std::unique_ptr<arrow::RecordBatchReader>;

  const parquet::FileMetaData& Metadata() const { return *reader_->parquet_reader()->metadata(); }
  const parquet::arrow::SchemaField& Field(int column) const {
    return reader_->manifest().schema_fields[static_cast<size_t>(column)];
  }

  void AddLeaves(const parquet::arrow::SchemaField& field, int column) {
    if (field.is_leaf()) leaves_.push_back({field.column_index, column});
    for (const auto& child : field.children) AddLeaves(child, column);
  }

  /// The footer counts rows twice.
  arrow::Status CheckCounts() const {
    int64_t rows = 0;
    for (int i = 0; i < reader_->num_row_groups(); ++i) {
      const int64_t of_group = RowsOf(i);
      if (of_group < 0 || of_group > kMostRows - rows) return Damaged("impossible row counts");
      rows += of_group;
    }
    if (rows != Metadata().num_rows()) {
      return Damaged("its footer says " + std::to_string(Metadata().num_rows()) +
                     " rows, its row groups have " + std::to_string(rows));
    }
    return arrow::Status::OK();
  }

  int64_t RowsOf(int group) const { return Metadata().RowGroup(group)->num_rows(); }

  arrow::Result<Batches> ReadGroup(int group, const std::vector<int>& leaves) {
    return reader_->GetRecordBatchReader({group}, leaves);
  }

  arrow::Status BeginGroup() {
    ++group_;
    rows_of_group_ = 0;
    std::vector<int> leaves;
    for (const Leaf& leaf : leaves_) leaves.push_back(leaf.leaf);
    ARROW_ASSIGN_OR_RAISE(batches_, ReadGroup(group_ - 1, leaves));
    return arrow::Status::OK();
  }

  /// No batch at the end of the group, which is where its footer says it is.
  arrow::Status NextOfGroup(std::shared_ptr<arrow::RecordBatch>* batch) {
    if (batches_ == nullptr) ARROW_RETURN_NOT_OK(BeginGroup());
    ARROW_RETURN_NOT_OK(batches_->ReadNext(batch));
    const int64_t expected = RowsOf(group_ - 1);
    if (*batch != nullptr) {
      ARROW_RETURN_NOT_OK((*batch)->Validate());
      rows_of_group_ += (*batch)->num_rows();
      if ((*batch)->num_rows() > 0 && rows_of_group_ <= expected) return arrow::Status::OK();
    }
    if (rows_of_group_ == expected) {
      batch->reset();
      return arrow::Status::OK();
    }
    return Damaged("its footer says " + std::to_string(expected) + " rows, it has " +
                   std::to_string(rows_of_group_));
  }

  /// Which column of the group cannot be read up to where all together failed, or -1. Only to name
  /// it, so its cost is that of what was read already.
  int FindFailure() {
    batches_.reset();
    const int64_t expected = RowsOf(group_ - 1);
    const int64_t up_to =
        std::min(expected, rows_of_group_ + static_cast<int64_t>(limits::kBatchChunkRows));
    for (const Leaf& leaf : leaves_) {
      auto batches = ReadGroup(group_ - 1, {leaf.leaf});
      if (!batches.ok()) return leaf.column;
      int64_t rows = 0;
      while (rows < up_to) {
        const auto batch = (*batches)->Next();
        if (!batch.ok() || *batch == nullptr || (*batch)->num_rows() == 0) return leaf.column;
        rows += (*batch)->num_rows();
      }
    }
    return -1;
  }

  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<Leaf> leaves_;  // that are read
  Batches batches_;           // of the group
  int64_t rows_of_group_ = 0;
};

}  // namespace

arrow::Result<std::unique_ptr<RowSource>> OpenParquetSource(std::shared_ptr<HostInput> input,
                                                            arrow::MemoryPool* pool) {
  parquet::ReaderProperties properties(pool);
  properties.enable_buffered_stream();
  properties.set_page_checksum_verification(true);
  parquet::ArrowReaderProperties arrow_properties(/*use_threads=*/false);
  arrow_properties.set_pre_buffer(false);
  arrow_properties.set_batch_size(static_cast<int64_t>(limits::kBatchChunkRows));

  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(std::move(input), properties));
  builder.memory_pool(pool)->properties(arrow_properties);
  ARROW_ASSIGN_OR_RAISE(auto reader, builder.Build());
  auto source = std::make_unique<ParquetSource>(std::move(reader));
  ARROW_RETURN_NOT_OK(source->Prepare());
  return source;
}

}  // namespace fairline
