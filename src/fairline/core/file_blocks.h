// A file as blocks, in any order; never whole in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "fairline/core/descriptor.h"
#include "fairline/core/result.h"

namespace fairline {

class FileBlocks {
 public:
  /// kNotFound when there is no such file.
  static Result<FileBlocks> Open(const std::filesystem::path& path);

  /// Bytes of the file when it was opened.
  uint64_t size() const { return size_; }
  /// Up to `count` bytes at `offset`; fewer at the end of the file only.
  Result<std::string> Read(uint64_t offset, size_t count) const;

 private:
  FileBlocks(Descriptor file, uint64_t size, std::filesystem::path path);

  Descriptor file_;
  uint64_t size_;
  std::filesystem::path path_;
};

}  // namespace fairline
