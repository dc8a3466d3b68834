// POSIX calls, because durability needs fsync of the file and of its folder.
#include "fairline/core/new_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "fairline/core/file.h"
#include "fairline/core/random.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

fs::path FolderOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

NewFile::NewFile(Descriptor file, fs::path path, fs::path temporary)
    : file_(std::move(file)), path_(std::move(path)), temporary_(std::move(temporary)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})) {}

NewFile::~NewFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

Result<NewFile> NewFile::Create(const fs::path& path, mode_t mode) {
  FAIRLINE_TRY(MakeFolders(FolderOf(path)));
  uint64_t random = 0;
  FillWithEntropy(&random, sizeof random);
  fs::path temporary = FolderOf(path) / fmt::format(".{:016x}.tmp", random);
  Descriptor file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.ok()) return FileFailure(errno, "write", path);
  return NewFile(std::move(file), path, std::move(temporary));
}

Status NewFile::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return WriteFailure(errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Status NewFile::Clear() {
  if (ftruncate(file_.get(), 0) != 0 || lseek(file_.get(), 0, SEEK_SET) != 0)
    return WriteFailure(errno);
  return {};
}

Status NewFile::Commit() {
  if (fsync(file_.get()) != 0 || rename(temporary_.c_str(), path_.c_str()) != 0) {
    return WriteFailure(errno);
  }
  temporary_.clear();
  return SyncFolder(FolderOf(path_));
}

// Unlike rename, link never replaces what another process has made meanwhile.
Status NewFile::CommitUnlessThere() {
  if (fsync(file_.get()) != 0) return WriteFailure(errno);
  if (link(temporary_.c_str(), path_.c_str()) != 0 && errno != EEXIST) return WriteFailure(errno);
  unlink(temporary_.c_str());
  temporary_.clear();
  return SyncFolder(FolderOf(path_));
}

Status NewFile::WriteFailure(int error) const { return FileFailure(error, "write", path_); }

}  // namespace fairline
