// A bundle is filled into a folder beside its place and renamed, so a reader never sees half of it.
#include "fairline/cli/bundle_folder.h"

#include <fmt/core.h>
#include <unistd.h>

#include <system_error>

#include "fairline/core/file.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "bundle.json";

/// What other programs leave in folders they look into.
bool IsForeign(const fs::path& relative) {
  for (const auto& part : relative) {
    if (part.string().starts_with(".") || part == "__pycache__") return true;
  }
  return false;
}

fs::path Beside(const fs::path& folder, const char* purpose) {
  fs::path place = folder;
  if (!place.has_filename()) place = place.parent_path();
  return place.parent_path() /
         fmt::format(".{}.{}.{}", place.filename().string(), purpose, getpid());
}

Status Rename(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  return Fail(ErrorCode::kUnavailable,
              fmt::format("cannot write {}: {}", to.string(), error.message()));
}

}  // namespace

Result<BundleFiles> ReadBundleFolder(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Fail(ErrorCode::kNotFound, fmt::format("there is no folder {}", folder.string()));
  }
  if (!fs::exists(folder / kManifest, error)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is not a model bundle: it has no {}", folder.string(), kManifest));
  }
  BundleFiles files;
  fs::recursive_directory_iterator entries(folder, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    const fs::path relative = entries->path().lexically_relative(folder);
    if (IsForeign(relative) || !entries->is_regular_file(error)) continue;
    files[relative.generic_string()] =
        FAIRLINE_TRY(ReadFile(entries->path(), limits::kBundleFileBytes));
  }
  if (error) {
    return Fail(ErrorCode::kUnavailable,
                fmt::format("cannot read {}: {}", folder.string(), error.message()));
  }
  return files;
}

Status CheckBundleTarget(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  if (fs::is_directory(folder, error) &&
      (fs::is_empty(folder, error) || fs::exists(folder / kManifest, error))) {
    return {};
  }
  return Fail(
      ErrorCode::kAlreadyExists,
      fmt::format("{} exists and is not a model bundle, so it is left as it is", folder.string()));
}

Status WriteBundleFolder(const fs::path& folder, const BundleFiles& files) {
  FAIRLINE_TRY(CheckBundleTarget(folder));
  const fs::path fresh = Beside(folder, "new");
  const fs::path old = Beside(folder, "old");
  std::error_code ignored;
  const auto fill = [&]() -> Status {
    for (const auto& [name, bytes] : files) {
      FAIRLINE_TRY(WriteFileAtomically(fresh / name, bytes));
    }
    if (fs::exists(folder, ignored)) FAIRLINE_TRY(Rename(folder, old));
    return Rename(fresh, folder);
  };
  Status filled = fill();
  if (!filled) {
    fs::remove_all(fresh, ignored);
    if (fs::exists(old, ignored)) fs::rename(old, folder, ignored);
  }
  fs::remove_all(old, ignored);
  return filled;
}

}  // namespace fairline
