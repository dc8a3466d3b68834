// See backup_space.h.
#include "fairline/governance/backup_space.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <map>
#include <system_error>

#include "fairline/governance/backup_manifest.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMarginBytes = int64_t{64} << 20;  // logs and folders beside the copies

fs::path ExistingPart(fs::path folder) {
  std::error_code ignored;
  folder = fs::absolute(folder, ignored);
  while (folder.has_relative_path() && !fs::exists(folder, ignored)) folder = folder.parent_path();
  return folder;
}

}  // namespace

Status CheckSpace(const std::vector<SpaceNeed>& needs) {
  struct Disk {
    fs::path folder;
    int64_t bytes = kMarginBytes;
    std::string what;
  };
  std::map<dev_t, Disk> disks;
  for (const SpaceNeed& need : needs) {
    const fs::path folder = ExistingPart(need.folder);
    struct stat facts;
    if (stat(folder.c_str(), &facts) != 0) continue;
    Disk& disk = disks[facts.st_dev];
    disk.folder = folder;
    disk.bytes += need.bytes;
    disk.what += fmt::format("{}{} ({})", disk.what.empty() ? "" : " and ", need.what,
                             BytesText(need.bytes));
  }
  for (const auto& [device, disk] : disks) {
    std::error_code error;
    const fs::space_info space = fs::space(disk.folder, error);
    if (error || space.available >= static_cast<uintmax_t>(disk.bytes)) continue;
    return Fail(ErrorCode::kUnavailable,
                fmt::format("the disk of {} has {} free and {} are needed for {}",
                            disk.folder.string(), BytesText(static_cast<int64_t>(space.available)),
                            BytesText(disk.bytes), disk.what));
  }
  return {};
}

fs::path FolderOfLocation(std::string_view location) {
  constexpr std::string_view kFile = "file://";
  if (location.starts_with(kFile)) return location.substr(kFile.size());
  return location.find("://") == std::string_view::npos ? fs::path(location) : fs::path();
}

}  // namespace fairline
