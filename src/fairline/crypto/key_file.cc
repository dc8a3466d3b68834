// POSIX calls: a key must never lie in a file that others may open, not even for a moment.
#include "fairline/crypto/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "fairline/core/file.h"
#include "fairline/core/random.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytes = 64 * 1024;

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

std::unexpected<Error> FailToWrite(int error, const fs::path& file) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  return Fail(denied ? ErrorCode::kPermissionDenied : ErrorCode::kUnavailable,
              fmt::format("cannot write the key file \"{}\": {}", file.filename().string(),
                          std::generic_category().message(error)),
              file.string());
}

fs::path FolderOf(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// A new file of mode 0600 beside `file`, gone when this goes.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& file) {
    uint64_t random;
    FillWithEntropy(&random, sizeof random);
    path_ = FolderOf(file) / fmt::format(".{:016x}.tmp", random);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { unlink(path_.c_str()); }

  const char* path() const { return path_.c_str(); }

  /// Zero, or the errno of the step that failed.
  int Fill(std::string_view bytes) const {
    const Descriptor out(open(path(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out.ok()) return errno;
    while (!bytes.empty()) {
      const ssize_t written = write(out.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return fsync(out.get()) == 0 ? 0 : errno;
  }

 private:
  fs::path path_;
};

int SyncFolder(int folder) { return fsync(folder) == 0 || errno == EINVAL ? 0 : errno; }

}  // namespace

void Wipe(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

Result<std::string> ReadKeyFile(const fs::path& file) {
  struct stat facts;
  if (stat(file.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0) {
    return Fail(ErrorCode::kPermissionDenied,
                fmt::format("the key file \"{0}\" can be opened by other users: chmod 600 it, and "
                            "rotate the master key if anyone may have read it",
                            file.filename().string()),
                file.string());
  }
  return ReadFile(file, kFileBytes);
}

Status MakeKeyFile(const fs::path& file, std::string_view bytes) {
  FAIRLINE_TRY(MakeFolders(FolderOf(file)));
  const Descriptor folder(open(FolderOf(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.ok()) return FailToWrite(errno, file);
  const TemporaryFile temporary(file);
  int error = temporary.Fill(bytes);
  // Unlike rename, link never replaces what another process has made meanwhile.
  if (error == 0 && link(temporary.path(), file.c_str()) != 0 && errno != EEXIST) error = errno;
  if (error == 0) error = SyncFolder(folder.get());
  if (error != 0) return FailToWrite(error, file);
  return {};
}

Status ChangeKeyFile(const fs::path& file,
                     const std::function<Result<std::string>(const std::string&)>& change) {
  // The folder is what stays while the file is replaced, so it is what processes lock.
  const Descriptor folder(open(FolderOf(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.ok()) return FailToWrite(errno, file);
  while (flock(folder.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return FailToWrite(errno, file);
  }
  std::string before = FAIRLINE_TRY(ReadKeyFile(file));
  auto after = change(before);
  Wipe(before);
  if (!after) return std::unexpected(std::move(after).error());
  const TemporaryFile temporary(file);
  int error = temporary.Fill(*after);
  Wipe(*after);
  if (error == 0 && rename(temporary.path(), file.c_str()) != 0) error = errno;
  if (error == 0) error = SyncFolder(folder.get());
  if (error != 0) return FailToWrite(error, file);
  return {};
}

}  // namespace fairline
