// POSIX calls, because durability needs fsync of the file and of its folder. A message names the
// file; its whole path goes into the detail.
#include "fairline/storage/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "fairline/core/file.h"
#include "fairline/core/random.h"

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
    case ELOOP:
      return ErrorCode::kInvalidArgument;
    default:
      return ErrorCode::kUnavailable;
  }
}

std::unexpected<Error> FailWith(int error, std::string_view verb, const fs::path& path) {
  const std::string reason = std::generic_category().message(error);
  return Fail(CodeOf(error),
              fmt::format("cannot {} \"{}\": {}", verb, path.filename().string(), reason),
              path.string());
}

fs::path FolderOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

NewFile::NewFile(int descriptor, fs::path path, fs::path temporary)
    : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})) {}

NewFile::~NewFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

Result<NewFile> NewFile::Create(const fs::path& path) {
  const fs::path folder = FolderOf(path);
  FAIRLINE_TRY(MakeFolders(folder));
  uint64_t random = 0;
  FillWithEntropy(&random, sizeof random);
  fs::path temporary = folder / fmt::format(".{:016x}.tmp", random);
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return FailWith(errno, "write", path);
  return NewFile(descriptor, path, std::move(temporary));
}

Status NewFile::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailWith(errno, "write", path_);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Status NewFile::Clear() {
  if (ftruncate(descriptor_, 0) != 0 || lseek(descriptor_, 0, SEEK_SET) != 0) {
    return FailWith(errno, "write", path_);
  }
  return {};
}

Status NewFile::Commit() {
  if (fsync(descriptor_) != 0 || rename(temporary_.c_str(), path_.c_str()) != 0) {
    return FailWith(errno, "write", path_);
  }
  temporary_.clear();
  return SyncFolder(FolderOf(path_));
}

Status SyncFolder(const fs::path& folder) {
  const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return FailWith(errno, "write to the folder", folder);
  // Some file systems cannot sync a folder and say EINVAL; then there is nothing to wait for.
  const int error = fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
  close(handle);
  if (error != 0) return FailWith(error, "write to the folder", folder);
  return {};
}

FileBlocks::FileBlocks(int descriptor, uint64_t size, fs::path path)
    : descriptor_(descriptor), size_(size), path_(std::move(path)) {}

FileBlocks::FileBlocks(FileBlocks&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      path_(std::move(other.path_)) {}

FileBlocks::~FileBlocks() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<FileBlocks> FileBlocks::Open(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return FailWith(errno, "read", path);
  struct stat facts{};
  const int error = fstat(descriptor, &facts) != 0 ? errno
                    : S_ISREG(facts.st_mode) == 0  ? EISDIR
                                                   : 0;
  FileBlocks file(descriptor, static_cast<uint64_t>(facts.st_size), path);
  if (error != 0) return FailWith(error, "read", path);
  return file;
}

Result<std::string> FileBlocks::Read(uint64_t offset, size_t count) const {
  std::string bytes(count, '\0');
  size_t filled = 0;
  while (filled < count) {
    const ssize_t got = pread(descriptor_, bytes.data() + filled, count - filled,
                              static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailWith(errno, "read", path_);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace fairline
