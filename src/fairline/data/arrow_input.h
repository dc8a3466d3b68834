// The bytes of a Parquet or Arrow file, for the plug-in to read. The file is looked at first: what
// is plainly something else is told apart here.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fairline/core/hash.h"
#include "fairline/core/result.h"
#include "fairline/data/arrow_plugin.h"
#include "fairline/data/file_format.h"

namespace fairline {

class ArrowInput {
 public:
  /// A file, or "-" for standard input. kNotFound; kInvalidArgument for a folder, an empty file,
  /// one that begins or ends like no file of that format, and for Parquet from a pipe.
  static Result<std::unique_ptr<ArrowInput>> Open(const std::string& path, FileFormat format);
  ArrowInput(const ArrowInput&) = delete;
  ArrowInput& operator=(const ArrowInput&) = delete;
  ~ArrowInput();

  const std::string& name() const { return name_; }
  FairlineArrowLayout layout() const { return layout_; }
  /// For the plug-in; as long as this lives.
  const FairlineArrowInput* border() const { return &border_; }
  /// Why the last read failed.
  const std::optional<Error>& error() const { return error_; }

  Result<std::string> Sha256Hex() const;

 private:
  ArrowInput(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  Status Look(FileFormat format);
  Status LookAtParquet(std::string_view beginning) const;
  /// Fewer bytes only at the end.
  Result<size_t> ReadAt(int64_t offset, char* buffer, size_t size) const;
  Result<size_t> ReadOn(char* buffer, size_t size);
  static int64_t ReadForPlugin(void* host, int64_t offset, void* buffer, int64_t size);

  int descriptor_;
  std::string name_;
  FairlineArrowLayout layout_ = kFairlineParquet;
  FairlineArrowInput border_{};
  std::string looked_at_;  // of a pipe: bytes that were read to look at them
  Sha256 digest_;          // of a pipe's bytes
  std::optional<Error> error_;
};

}  // namespace fairline
