// A file that is written piece by piece and appears under its name whole or not at all: temporary
// name in the same folder, fsync, rename, fsync of the folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "fairline/core/descriptor.h"
#include "fairline/core/result.h"

namespace fairline {

class NewFile {
 public:
  /// Parent folders are made. `mode` as of open(2), less the umask.
  static Result<NewFile> Create(const std::filesystem::path& path, mode_t mode = 0666);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  /// Leaves nothing behind when it was not committed.
  ~NewFile();

  Status Append(std::string_view bytes);
  /// Forgets what was appended: the writer starts over.
  Status Clear();
  /// Durable when it returns, in place of a file of that name. Once only.
  Status Commit();
  /// The same, but a file that has the name already stays.
  Status CommitUnlessThere();

 private:
  NewFile(Descriptor file, std::filesystem::path path, std::filesystem::path temporary);
  Status WriteFailure(int error) const;

  Descriptor file_;
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

}  // namespace fairline
