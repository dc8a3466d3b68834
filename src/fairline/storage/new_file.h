// A file that is written piece by piece and appears under its name whole or not at all: temporary
// name in the same folder, fsync, rename, fsync of the folder (as core/file.h does for bytes that
// are in memory).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

class NewFile {
 public:
  /// Parent folders are made.
  static Result<NewFile> Create(const std::filesystem::path& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  /// Leaves nothing behind when it was not committed.
  ~NewFile();

  Status Append(std::string_view bytes);
  /// Forgets what was appended: the writer starts over.
  Status Clear();
  /// Durable when it returns, in place of a file of that name. Once only.
  Status Commit();

 private:
  NewFile(int descriptor, std::filesystem::path path, std::filesystem::path temporary);

  int descriptor_;
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

/// The removal or arrival of names in a folder is durable when this returns.
Status SyncFolder(const std::filesystem::path& folder);

/// A file as blocks, in order; never whole in memory.
class FileBlocks {
 public:
  /// kNotFound when there is no such file.
  static Result<FileBlocks> Open(const std::filesystem::path& path);
  FileBlocks(FileBlocks&& other) noexcept;
  FileBlocks& operator=(FileBlocks&&) = delete;
  ~FileBlocks();

  /// Bytes of the file when it was opened.
  uint64_t size() const { return size_; }
  /// Up to `count` bytes at `offset`; fewer at the end of the file only.
  Result<std::string> Read(uint64_t offset, size_t count) const;

 private:
  FileBlocks(int descriptor, uint64_t size, std::filesystem::path path);

  int descriptor_;
  uint64_t size_;
  std::filesystem::path path_;
};

}  // namespace fairline
