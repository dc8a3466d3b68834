// The Database over one SQLite file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "fairline/core/limits.h"
#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// Lengths of the log at which something is done, in bytes.
struct SqliteLogSizes {
  int64_t pass = int64_t{32} << 20;        // not yet copied: worth a pass
  int64_t hand_over = int64_t{128} << 20;  // a log of this length shall start over
  int64_t little = int64_t{1} << 20;       // left: no further pass before the start
  int64_t most = int64_t{16} << 20;        // may be left when a further pass gains nothing
  // The limit, less the transactions that run while it is noticed.
  int64_t full = static_cast<int64_t>(limits::kWalBytes) - (int64_t{32} << 20);
  int64_t refuse = 4 * static_cast<int64_t>(limits::kWalBytes);
};

struct SqliteFile {
  std::filesystem::path path;
  std::string vfs;  // SQLite's name of another file system layer; empty for the operating system's
  SqliteLogSizes log = {};  // smaller ones let a test see the log start over
};

/// OpenSqlite with everything that can be chosen.
Result<std::unique_ptr<Database>> OpenSqlite(const SqliteFile& file, Metrics* metrics);

}  // namespace fairline
