// A key must never lie in a file that others may open, not even for a moment.
#include "fairline/crypto/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "fairline/core/descriptor.h"
#include "fairline/core/file.h"
#include "fairline/core/new_file.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytes = 64 * 1024;

constexpr mode_t kOwnerOnly = 0600;

fs::path FolderOf(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

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
  NewFile made = FAIRLINE_TRY(NewFile::Create(file, kOwnerOnly));
  FAIRLINE_TRY(made.Append(bytes));
  return made.CommitUnlessThere();
}

Status ChangeKeyFile(const fs::path& file,
                     const std::function<Result<std::string>(const std::string&)>& change) {
  // The folder is what stays while the file is replaced, so it is what processes lock.
  const Descriptor folder(open(FolderOf(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.ok()) return FileFailure(errno, "write", file);
  while (flock(folder.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return FileFailure(errno, "write", file);
  }
  std::string before = FAIRLINE_TRY(ReadKeyFile(file));
  auto after = change(before);
  Wipe(before);
  if (!after) return std::unexpected(std::move(after).error());
  NewFile changed = FAIRLINE_TRY(NewFile::Create(file, kOwnerOnly));
  const Status written = changed.Append(*after);
  Wipe(*after);
  FAIRLINE_TRY(written);
  return changed.Commit();
}

}  // namespace fairline
