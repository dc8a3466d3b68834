// The host's bytes as Arrow's files: everything is read and written through its functions, in this
// thread.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <memory>

#include "fairline/data/arrow_plugin.h"

namespace fairline {

/// A file that can be read anywhere, or a pipe that is read in order.
class HostInput : public arrow::io::RandomAccessFile {
 public:
  HostInput(const FairlineArrowInput& input, arrow::MemoryPool* pool)
      : input_(input), pool_(pool) {}

  /// True when the host could not read; it knows why.
  bool failed() const { return failed_; }

  arrow::Status Close() override;
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  arrow::Status Seek(int64_t position) override;
  arrow::Result<int64_t> GetSize() override;
  arrow::Result<int64_t> Read(int64_t size, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t size) override;
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t size, bool may_be_short,
                                void* out) override;
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t size, void* out) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t size,
                                                       bool may_be_short) override;
  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t size) override;
  arrow::Future<std::shared_ptr<arrow::Buffer>> ReadAsync(const arrow::io::IOContext& context,
                                                          int64_t position, int64_t size,
                                                          bool may_be_short) override;
  arrow::Future<std::shared_ptr<arrow::Buffer>> ReadAsync(const arrow::io::IOContext& context,
                                                          int64_t position, int64_t size) override;

 private:
  const FairlineArrowInput& input_;
  arrow::MemoryPool* pool_;
  int64_t position_ = 0;
  bool failed_ = false;
  bool closed_ = false;
};

class HostOutput : public arrow::io::OutputStream {
 public:
  explicit HostOutput(const FairlineArrowOutput& output) : output_(output) {}

  /// True when the host could not write; it knows why.
  bool failed() const { return failed_; }
  /// Lets nothing more through: Arrow's writers complete their file when they are destroyed.
  void Cut() { cut_ = true; }

  arrow::Status Close() override;
  bool closed() const override { return closed_; }
  arrow::Result<int64_t> Tell() const override { return position_; }
  using OutputStream::Write;
  arrow::Status Write(const void* bytes, int64_t size) override;

 private:
  const FairlineArrowOutput& output_;
  int64_t position_ = 0;
  bool failed_ = false;
  bool closed_ = false;
  bool cut_ = false;
};

}  // namespace fairline
