#include "fairline/data/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <utility>

#include "fairline/core/file.h"
#include "fairline/core/random.h"

namespace fairline {
namespace {

constexpr int kNone = -1;

std::unexpected<Error> CannotWrite(const std::string& path, int error) {
  const ErrorCode code = error == EACCES || error == EROFS ? ErrorCode::kPermissionDenied
                         : error == ENOENT                 ? ErrorCode::kNotFound
                                                           : ErrorCode::kUnavailable;
  const std::string_view why = error == ENOENT   ? "its folder does not exist"
                               : error == ENOSPC ? "the disk is full"
                               : error == EDQUOT ? "the disk quota is used up"
                                                 : std::strerror(error);
  return Fail(code, fmt::format("{}: cannot be written: {}", path, why));
}

/// Where a link leads, so that the link stays and its target is replaced.
std::string Resolved(const std::string& path) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

std::string TemporaryName(const std::string& path) {
  uint64_t number;
  FillWithEntropy(&number, sizeof number);
  const std::filesystem::path place(path);
  return (place.parent_path() / fmt::format(".{}.{:016x}.tmp", place.filename().string(), number))
      .string();
}

}  // namespace

Result<OutputFile> OutputFile::Create(const std::string& path) {
  if (path == "-") return OutputFile(dup(STDOUT_FILENO), "standard output", "");
  struct stat status{};
  const bool exists = stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: is a folder; name a file in it", path));
  }
  const bool straight = exists && !S_ISREG(status.st_mode);
  const std::string place = straight ? path : Resolved(path);
  const std::string temporary = straight ? "" : TemporaryName(place);
  const int descriptor =
      straight ? open(path.c_str(), O_WRONLY | O_CLOEXEC)
               : open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor == kNone) return CannotWrite(path, errno);
  return OutputFile(descriptor, place, temporary);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, kNone)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      digest_(std::move(other.digest_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ != kNone) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

Status OutputFile::Write(std::string_view bytes) {
  digest_.Update(bytes);
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return CannotWrite(path_, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<std::string> OutputFile::Finish() {
  const int descriptor = std::exchange(descriptor_, kNone);
  if (!temporary_.empty() && fsync(descriptor) != 0) {
    const int error = errno;
    close(descriptor);
    return CannotWrite(path_, error);
  }
  if (close(descriptor) != 0) return CannotWrite(path_, errno);
  return digest_.Hex();
}

Status OutputFile::Commit() {
  if (descriptor_ != kNone) FAIRLINE_TRY(Finish());
  if (temporary_.empty()) return {};
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return CannotWrite(path_, errno);
  temporary_.clear();
  return SyncFolder(std::filesystem::path(path_).parent_path());
}

}  // namespace fairline
