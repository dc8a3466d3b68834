// The writing side of the plug-in.
#pragma once

#include <arrow/record_batch.h>
#include <arrow/result.h>

#include <memory>

#include "fairline/arrow/host_stream.h"

namespace fairline {

class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual arrow::Status Write(const std::shared_ptr<arrow::RecordBatch>& rows) = 0;
  virtual arrow::Status Finish() = 0;
};

/// The same rows give the same bytes: nothing of time or machine goes into a file.
arrow::Result<std::unique_ptr<RowSink>> CreateRowSink(std::shared_ptr<HostOutput> output,
                                                      FairlineArrowLayout layout,
                                                      const std::shared_ptr<arrow::Schema>& schema,
                                                      arrow::MemoryPool* pool);

}  // namespace fairline
