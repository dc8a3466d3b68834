// A file that appears whole or not at all: it is written under a temporary name beside its place,
// synced and renamed by Commit(), and removed if that does not happen. What is no regular file (a
// pipe, /dev/stdout) is written straight; "-" is standard output.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "fairline/core/result.h"

namespace fairline {

class OutputFile {
 public:
  static Result<OutputFile> Create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  /// kUnavailable when the disk is full or fails; the file is then given up.
  Status Write(std::string_view bytes);
  /// Makes the file appear, durably, in place of one of the same name.
  Status Commit();

 private:
  OutputFile(int descriptor, std::string path, std::string temporary)
      : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

  int descriptor_;
  std::string path_;
  std::string temporary_;  // empty: written straight
};

}  // namespace fairline
