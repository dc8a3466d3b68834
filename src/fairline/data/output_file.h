// A file that appears whole or not at all: it is written under a temporary name beside its place,
// synced and renamed by Commit(), and removed if that does not happen. What is no regular file (a
// pipe, /dev/stdout) is written straight; "-" is standard output.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "fairline/core/hash.h"
#include "fairline/core/result.h"

namespace fairline {

class OutputFile {
 public:
  static Result<OutputFile> Create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  /// A pipe or the like: the bytes cannot be taken back.
  bool is_written_straight() const { return temporary_.empty(); }

  /// kUnavailable when the disk is full or fails; the file is then given up.
  Status Write(std::string_view bytes);
  /// Syncs what was written, still under the temporary name, and gives the SHA-256 of all bytes.
  /// Nothing can be written afterwards.
  Result<std::string> Finish();
  /// Makes the file appear, durably, in place of one of the same name; finishes it if need be.
  Status Commit();

 private:
  OutputFile(int descriptor, std::string path, std::string temporary)
      : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

  int descriptor_;
  std::string path_;
  std::string temporary_;  // empty: written straight
  Sha256 digest_;
};

}  // namespace fairline
