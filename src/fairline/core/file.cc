// Files by POSIX calls, because durability needs fsync of the file and of its folder. A message
// names the file; the whole path and the system's words go into the detail.
#include "fairline/core/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "fairline/core/random.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

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

std::unexpected<Error> FailWith(int error, std::string_view verb, const fs::path& path) {
  const fs::path name = path.filename();
  return Fail(CodeOf(error),
              fmt::format("cannot {} \"{}\": {}", verb,
                          name.empty() ? path.string() : name.string(), ReasonOf(error)),
              fmt::format("{}: {}", path.string(), std::generic_category().message(error)));
}

std::unexpected<Error> FailTooLarge(const fs::path& path, size_t max_bytes) {
  return Fail(ErrorCode::kTooLarge,
              fmt::format("\"{}\" is larger than the {} bytes allowed here",
                          path.filename().string(), max_bytes),
              path.string());
}

/// Zero, or the errno of the write that failed.
int WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

/// Zero, or the errno of the step that failed.
int WriteAndSync(const fs::path& path, std::string_view bytes) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.ok()) return errno;
  if (const int error = WriteAll(file.get(), bytes)) return error;
  return fsync(file.get()) == 0 ? 0 : errno;
}

int SyncFolder(const fs::path& folder) {
  const Descriptor handle(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.ok()) return errno;
  // Some file systems cannot sync a folder and say EINVAL; then there is nothing to wait for.
  return fsync(handle.get()) == 0 || errno == EINVAL ? 0 : errno;
}

fs::path TemporaryNameFor(const fs::path& path) {
  uint64_t random;
  FillWithEntropy(&random, sizeof random);
  return path.parent_path() / fmt::format(".{:016x}.tmp", random);
}

}  // namespace

Result<std::string> ReadFile(const fs::path& path, size_t max_bytes) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return FailWith(errno, "read", path);
  struct stat facts;
  if (fstat(file.get(), &facts) != 0) return FailWith(errno, "read", path);
  if (S_ISDIR(facts.st_mode)) return FailWith(EISDIR, "read", path);
  const auto expected = static_cast<size_t>(facts.st_size);
  if (expected > max_bytes) return FailTooLarge(path, max_bytes);

  // The size is a hint only: a pipe has none, and a file may grow while it is read.
  std::string bytes;
  size_t filled = 0;
  bytes.resize(expected + 1);
  while (true) {
    const ssize_t count = read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FailWith(errno, "read", path);
    if (count == 0) break;
    filled += static_cast<size_t>(count);
    if (filled > max_bytes) return FailTooLarge(path, max_bytes);
    if (filled == bytes.size()) bytes.resize(2 * bytes.size());
  }
  bytes.resize(filled);
  return bytes;
}

Status WriteFileAtomically(const fs::path& path, std::string_view bytes) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  FAIRLINE_TRY(MakeFolders(folder));
  const fs::path temporary = TemporaryNameFor(path);
  int error = WriteAndSync(temporary, bytes);
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    unlink(temporary.c_str());
    return FailWith(error, "write", path);
  }
  error = SyncFolder(folder);
  if (error != 0) return FailWith(error, "write", path);
  return {};
}

Status MakeFolders(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return FailWith(error.value(), "make the folder", path);
  return {};
}

}  // namespace fairline
