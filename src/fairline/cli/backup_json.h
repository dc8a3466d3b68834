// A backup as the commands show it.
#pragma once

#include <string>

#include "fairline/core/json.h"
#include "fairline/governance/backup_manifest.h"

namespace fairline {

/// As `--json` shows it (docs/operating/backup.md).
Json BackupJson(const BackupManifest& manifest);
/// "sqlite, 12.3 MB, 12345 decisions, 9 objects".
std::string BackupText(const BackupManifest& manifest);

}  // namespace fairline
