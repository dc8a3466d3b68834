// Where a reader's bytes come from: a file, standard input, or memory in tests and fuzzing.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "fairline/core/result.h"

namespace fairline {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` bytes into `buffer`; 0 only at the end. kUnavailable when reading fails.
  virtual Result<size_t> Read(char* buffer, size_t size) = 0;
};

/// A file or a pipe; "-" is standard input. kNotFound, or kInvalidArgument for a folder.
Result<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path);

std::unique_ptr<ByteSource> MemorySource(std::string bytes);

}  // namespace fairline
