// pread, so that threads may share one.
#include "fairline/core/file_blocks.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "fairline/core/file.h"

namespace fairline {

FileBlocks::FileBlocks(Descriptor file, uint64_t size, std::filesystem::path path)
    : file_(std::move(file)), size_(size), path_(std::move(path)) {}

Result<FileBlocks> FileBlocks::Open(const std::filesystem::path& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return FileFailure(errno, "read", path);
  struct stat facts{};
  if (fstat(file.get(), &facts) != 0) return FileFailure(errno, "read", path);
  if (!S_ISREG(facts.st_mode)) return FileFailure(EISDIR, "read", path);
  return FileBlocks(std::move(file), static_cast<uint64_t>(facts.st_size), path);
}

Result<std::string> FileBlocks::Read(uint64_t offset, size_t count) const {
  std::string bytes(count, '\0');
  size_t filled = 0;
  while (filled < count) {
    const ssize_t got = pread(file_.get(), bytes.data() + filled, count - filled,
                              static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileFailure(errno, "read", path_);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace fairline
