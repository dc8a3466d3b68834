// The Database over one SQLite file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

struct SqliteFile {
  std::filesystem::path path;
  std::string vfs;  // SQLite's name of another file system layer; empty for the operating system's
};

/// OpenSqlite with everything that can be chosen.
Result<std::unique_ptr<Database>> OpenSqlite(const SqliteFile& file, Metrics* metrics);

}  // namespace fairline
