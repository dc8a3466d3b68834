#include "fairline/arrow/host_stream.h"

#include <arrow/buffer.h>
#include <arrow/util/future.h>

#include <algorithm>
#include <utility>

namespace fairline {

arrow::Status HostInput::Close() {
  closed_ = true;
  return arrow::Status::OK();
}

arrow::Status HostInput::Seek(int64_t position) {
  if (position < 0) return arrow::Status::Invalid("a place before the beginning of the file");
  position_ = position;
  return arrow::Status::OK();
}

arrow::Result<int64_t> HostInput::GetSize() {
  if (input_.size < 0) return arrow::Status::Invalid("a pipe has no size");
  return input_.size;
}

arrow::Result<int64_t> HostInput::ReadAt(int64_t position, int64_t size, bool may_be_short,
                                         void* out) {
  if (position < 0 || size < 0) return arrow::Status::Invalid("a place outside the file");
  const int64_t count = input_.read(input_.host, position, out, size);
  if (count < 0) {
    failed_ = true;
    return arrow::Status::IOError("the file cannot be read");
  }
  if (count < size && !may_be_short) return arrow::Status::Invalid("the file ends too early");
  return count;
}

arrow::Result<int64_t> HostInput::ReadAt(int64_t position, int64_t size, void* out) {
  return ReadAt(position, size, true, out);
}

arrow::Result<std::shared_ptr<arrow::Buffer>> HostInput::ReadAt(int64_t position, int64_t size,
                                                                bool may_be_short) {
  if (position < 0 || size < 0) return arrow::Status::Invalid("a place outside the file");
  // A size out of a damaged file must not cost memory that the file could never fill.
  const int64_t left = std::max<int64_t>(0, input_.size - position);
  const int64_t most = input_.size < 0 ? size : std::min(size, left);
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(most, pool_));
  ARROW_ASSIGN_OR_RAISE(const int64_t count, ReadAt(position, most, true, buffer->mutable_data()));
  if (count < size && !may_be_short) return arrow::Status::Invalid("the file ends too early");
  ARROW_RETURN_NOT_OK(buffer->Resize(count));
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

arrow::Result<std::shared_ptr<arrow::Buffer>> HostInput::ReadAt(int64_t position, int64_t size) {
  return ReadAt(position, size, true);
}

arrow::Result<int64_t> HostInput::Read(int64_t size, void* out) {
  ARROW_ASSIGN_OR_RAISE(const int64_t count, ReadAt(position_, size, true, out));
  position_ += count;
  return count;
}

arrow::Result<std::shared_ptr<arrow::Buffer>> HostInput::Read(int64_t size) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, size, true));
  position_ += buffer->size();
  return buffer;
}

// Arrow would hand these to a thread of its own.
arrow::Future<std::shared_ptr<arrow::Buffer>> HostInput::ReadAsync(const arrow::io::IOContext&,
                                                                   int64_t position, int64_t size,
                                                                   bool may_be_short) {
  return arrow::Future<std::shared_ptr<arrow::Buffer>>::MakeFinished(
      ReadAt(position, size, may_be_short));
}

arrow::Future<std::shared_ptr<arrow::Buffer>> HostInput::ReadAsync(
    const arrow::io::IOContext& context, int64_t position, int64_t size) {
  return ReadAsync(context, position, size, true);
}

arrow::Status HostOutput::Close() {
  closed_ = true;
  return arrow::Status::OK();
}

arrow::Status HostOutput::Write(const void* bytes, int64_t size) {
  if (cut_) return arrow::Status::Cancelled("the file is given up");
  if (!output_.write(output_.host, bytes, size)) {
    failed_ = true;
    return arrow::Status::IOError("the file cannot be written");
  }
  position_ += size;
  return arrow::Status::OK();
}

}  // namespace fairline
