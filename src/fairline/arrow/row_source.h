// The reading side of the plug-in: a file's rows in batches, and where an error was met.
#pragma once

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <memory>
#include <vector>

#include "fairline/arrow/host_stream.h"

namespace fairline {

class RowSource {
 public:
  virtual ~RowSource() = default;

  virtual std::shared_ptr<arrow::Schema> schema() const = 0;
  /// Of the whole file; -1 where only reading tells.
  virtual int64_t rows() const { return -1; }
  /// Which columns Next() gives, by ascending position. Not called for all of them.
  virtual arrow::Status Select(const std::vector<int>& columns) = 0;
  /// The next rows; null at the end.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;

  /// Of the last Next(): the row group or record batch, from 1, and the column that failed, or -1.
  int group() const { return group_; }
  int failed_column() const { return failed_column_; }

 protected:
  int group_ = 0;
  int failed_column_ = -1;
};

arrow::Result<std::unique_ptr<RowSource>> OpenParquetSource(std::shared_ptr<HostInput> input,
                                                            arrow::MemoryPool* pool);
/// `is_file`: the layout with a footer, which is read by it; else a stream.
arrow::Result<std::unique_ptr<RowSource>> OpenIpcSource(std::shared_ptr<HostInput> input,
                                                        bool is_file, arrow::MemoryPool* pool);

}  // namespace fairline
