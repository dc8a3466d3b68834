// Room on the disk is looked at before a copy starts, not found missing in the middle of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

struct SpaceNeed {
  std::filesystem::path folder;  // need not exist yet
  int64_t bytes = 0;
  std::string what;  // "a copy of the database"
};

/// kUnavailable says what is needed and what is free. Folders on one disk count together.
Status CheckSpace(const std::vector<SpaceNeed>& needs);

/// The folder that a location of backups is; empty when it is none (`s3://…`).
std::filesystem::path FolderOfLocation(std::string_view location);

}  // namespace fairline
