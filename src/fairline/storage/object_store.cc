// Objects as files below one folder; a key is the path of its file.
#include "fairline/storage/object_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "fairline/core/file.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '/';
}

// A segment that starts with a dot is refused: that keeps `.` and `..` out and leaves the names of
// half-written files to core/file.
bool IsKey(std::string_view key) {
  if (key.empty() || !std::ranges::all_of(key, IsKeyCharacter)) return false;
  while (true) {
    const size_t slash = key.find('/');
    const std::string_view segment = key.substr(0, slash);
    if (segment.empty() || segment.front() == '.') return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

Status CheckKey(std::string_view key) {
  if (IsKey(key)) return {};
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" cannot be stored under that name: names are relative paths of "
                          "letters, digits, '.', '_' and '-', and no part starts with a dot",
                          key));
}

class DiskStore : public ObjectStore {
 public:
  explicit DiskStore(fs::path root) : root_(std::move(root)) {}

  Status Put(std::string_view key, std::string_view bytes) override {
    FAIRLINE_TRY(CheckKey(key));
    return WriteFileAtomically(root_ / key, bytes);
  }

  Result<std::string> Get(std::string_view key) override {
    FAIRLINE_TRY(CheckKey(key));
    return ReadFile(root_ / key, limits::kBundleFileBytes);
  }

  Result<std::vector<std::string>> List(std::string_view prefix) override {
    const size_t slash = prefix.rfind('/');
    const std::string_view folder =
        slash == std::string_view::npos ? std::string_view() : prefix.substr(0, slash);
    if (!folder.empty()) FAIRLINE_TRY(CheckKey(folder));
    std::vector<std::string> keys;
    std::error_code failure;
    auto entry = fs::recursive_directory_iterator(root_ / folder, failure);
    for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
      std::string key = entry->path().lexically_relative(root_).generic_string();
      if (key.starts_with(prefix) && IsKey(key) && entry->is_regular_file(failure)) {
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

 private:
  const fs::path root_;
};

}  // namespace

std::unique_ptr<ObjectStore> OpenDiskStore(fs::path root) {
  return std::make_unique<DiskStore>(std::move(root));
}

}  // namespace fairline
