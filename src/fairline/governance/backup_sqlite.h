// A SQLite database into a backup: copied beside the running program, checked, sealed.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/governance/backup_facts.h"
#include "fairline/governance/backup_parts.h"

namespace fairline {

/// The copy lies in the database's folder while this runs, as `backup.tmp`; one of a backup that
/// was killed is removed. kConflict when another backup of this database is running, kUnavailable
/// when the disks have no room (said before anything is written), kDataLoss when the database is
/// damaged.
Result<RecordFacts> SealSqlite(const std::filesystem::path& file, std::string_view location,
                               PartsWriter& writer, const std::function<bool()>& cancelled);

/// Reads the file in blocks.
Status SendFile(const std::filesystem::path& file, const ByteSink& sink);

}  // namespace fairline
