// Reading by POSIX calls, and every errno of a file put into words once.
#include "fairline/core/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "fairline/core/descriptor.h"
#include "fairline/core/new_file.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

ErrorCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::kPermissionDenied;
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case EEXIST:
    case ELOOP:
      return ErrorCode::kInvalidArgument;
    default:
      return ErrorCode::kUnavailable;
  }
}

std::string_view ReasonOf(int error) {
  switch (error) {
    case ENOENT:
      return "there is no such file";
    case EACCES:
    case EPERM:
      return "permission denied";
    case EROFS:
      return "the disk is read-only";
    case EISDIR:
      return "it is a folder";
    case ENOTDIR:
    case EEXIST:
      return "a part of its path is a file, not a folder";
    case ENAMETOOLONG:
      return "the name is too long";
    case ELOOP:
      return "its links go in a circle";
    case ENOSPC:
      return "the disk is full";
    case EFBIG:
      return "the file is larger than the system allows";
    case EDQUOT:
      return "the disk quota is used up";
    case EMFILE:
    case ENFILE:
      return "too many files are open";
    case EIO:
      return "the disk reports an input or output error";
    default:
      return "the operating system refused";
  }
}

std::unexpected<Error> FailTooLarge(const fs::path& path, size_t max_bytes) {
  return Fail(ErrorCode::kTooLarge,
              fmt::format("\"{}\" is larger than the {} bytes allowed here",
                          path.filename().string(), max_bytes),
              path.string());
}

}  // namespace

std::unexpected<Error> FileFailure(int error, std::string_view verb, const fs::path& path) {
  const fs::path name = path.filename();
  return Fail(CodeOf(error),
              fmt::format("cannot {} \"{}\": {}", verb,
                          name.empty() ? path.string() : name.string(), ReasonOf(error)),
              fmt::format("{}: {}", path.string(), std::generic_category().message(error)));
}

Result<std::string> ReadFile(const fs::path& path, size_t max_bytes) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return FileFailure(errno, "read", path);
  struct stat facts;
  if (fstat(file.get(), &facts) != 0) return FileFailure(errno, "read", path);
  if (S_ISDIR(facts.st_mode)) return FileFailure(EISDIR, "read", path);
  const auto expected = static_cast<size_t>(facts.st_size);
  if (expected > max_bytes) return FailTooLarge(path, max_bytes);

  // The size is a hint only: a pipe has none, and a file may grow while it is read.
  std::string bytes;
  size_t filled = 0;
  bytes.resize(expected + 1);
  while (true) {
    const ssize_t count = read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileFailure(errno, "read", path);
    if (count == 0) break;
    filled += static_cast<size_t>(count);
    if (filled > max_bytes) return FailTooLarge(path, max_bytes);
    if (filled == bytes.size()) bytes.resize(2 * bytes.size());
  }
  bytes.resize(filled);
  return bytes;
}

Status WriteFileAtomically(const fs::path& path, std::string_view bytes) {
  NewFile file = FAIRLINE_TRY(NewFile::Create(path));
  FAIRLINE_TRY(file.Append(bytes));
  return file.Commit();
}

Status MakeFolders(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return FileFailure(error.value(), "make the folder", path);
  return {};
}

Status SyncFolder(const fs::path& folder) {
  const fs::path place = folder.empty() ? fs::path(".") : folder;
  const Descriptor handle(open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.ok()) return FileFailure(errno, "write to the folder", place);
  // Some file systems cannot sync a folder and say EINVAL; then there is nothing to wait for.
  if (fsync(handle.get()) == 0 || errno == EINVAL) return {};
  return FileFailure(errno, "write to the folder", place);
}

}  // namespace fairline
