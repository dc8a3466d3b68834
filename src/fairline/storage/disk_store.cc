// Objects as files below one folder; a key is the path of its file.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "fairline/core/file.h"
#include "fairline/core/file_blocks.h"
#include "fairline/core/limits.h"
#include "fairline/core/new_file.h"
#include "fairline/storage/object_key.h"
#include "fairline/storage/object_store.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlockBytes = size_t{1} << 20;

Status CopyFile(const FileBlocks& from, const fs::path& to) {
  NewFile file = FAIRLINE_TRY(NewFile::Create(to));
  for (uint64_t offset = 0;; offset += kBlockBytes) {
    const std::string block = FAIRLINE_TRY(from.Read(offset, kBlockBytes));
    FAIRLINE_TRY(file.Append(block));
    if (block.size() < kBlockBytes) return file.Commit();
  }
}

/// A key whose path is a folder, or passes through a file, is one that nothing was stored under.
Error ReadFailure(std::string_view key, Error error) {
  if (error.code != ErrorCode::kNotFound && error.code != ErrorCode::kInvalidArgument) return error;
  return NoSuchObject(key).error();
}

class DiskStore : public ObjectStore {
 public:
  explicit DiskStore(fs::path root) : root_(std::move(root)) {}

  Status Put(std::string_view key, std::string_view bytes) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    return WriteFileAtomically(root_ / key, bytes);
  }

  Result<std::string> Get(std::string_view key) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    auto bytes = ReadFile(root_ / key, limits::kBundleFileBytes);
    if (!bytes) return std::unexpected(ReadFailure(key, std::move(bytes).error()));
    return bytes;
  }

  Status PutFile(std::string_view key, const fs::path& path) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    return CopyFile(FAIRLINE_TRY(FileBlocks::Open(path)), root_ / key);
  }

  Status GetFile(std::string_view key, const fs::path& path) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    auto object = FileBlocks::Open(root_ / key);
    if (!object) return std::unexpected(ReadFailure(key, std::move(object).error()));
    return CopyFile(*object, path);
  }

  Result<std::vector<std::string>> List(std::string_view prefix) override {
    FAIRLINE_TRY(CheckObjectPrefix(prefix));
    const size_t slash = prefix.rfind('/');
    const std::string_view folder =
        slash == std::string_view::npos ? std::string_view() : prefix.substr(0, slash);
    std::vector<std::string> keys;
    std::error_code failure;
    auto entry = fs::recursive_directory_iterator(root_ / folder, failure);
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
      std::string key = entry->path().lexically_relative(root_).generic_string();
      std::error_code gone;  // deleted meanwhile: that does not end the list
      if (key.starts_with(prefix) && IsObjectKey(key) && entry->is_regular_file(gone)) {
        keys.push_back(std::move(key));
      }
    }
    if (failure && failure != std::errc::no_such_file_or_directory) {
      return Fail(ErrorCode::kUnavailable, "the stored objects cannot be listed",
                  failure.message());
    }
    std::ranges::sort(keys);
    return keys;
  }

  Status Delete(std::string_view key) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    const fs::path path = root_ / key;
    if (unlink(path.c_str()) == 0) return SyncFolder(path.parent_path());
    if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR) return {};
    return Fail(ErrorCode::kUnavailable,
                fmt::format("the stored object \"{}\" cannot be deleted: {}", key,
                            std::generic_category().message(errno)));
  }

 private:
  const fs::path root_;
};

}  // namespace

std::unique_ptr<ObjectStore> OpenDiskStore(fs::path root) {
  return std::make_unique<DiskStore>(std::move(root));
}

}  // namespace fairline
