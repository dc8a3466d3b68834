// A base backup of PostgreSQL and the archived log after it, laid out as files.
#pragma once

#include <filesystem>

#include "fairline/core/result.h"
#include "fairline/governance/backup.h"

namespace fairline {

/// FOLDER/postgresql becomes the data directory, FOLDER/wal what recovery reads. kDataLoss names
/// what is damaged.
Status RestorePostgres(const BackupPlace& place, const BackupManifest& manifest,
                       const std::filesystem::path& folder, const Cancelled& cancelled);

/// After recovery: the log's copies go, and a cluster whose settings lay elsewhere (Debian's do)
/// gets a file of them with nothing but defaults, so that it starts.
Status FinishPostgres(const std::filesystem::path& folder);

}  // namespace fairline
