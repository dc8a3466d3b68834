// A PostgreSQL cluster into a backup: pg_basebackup's tar stream, sealed as it comes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/governance/backup.h"
#include "fairline/governance/backup_parts.h"

namespace fairline {

/// Fills what the manifest says about PostgreSQL. kNotFound when pg_basebackup is not installed,
/// kUnavailable with what it said when it fails (the role needs REPLICATION).
Status SealPostgres(std::string_view url, Database& database, PartsWriter& writer,
                    BackupManifest& manifest, const Cancelled& cancelled);

/// The path of one of PostgreSQL's programs, of that major version if one is given: in PATH or
/// where Debian puts them. kNotFound says what to install.
Result<std::string> FindPostgresProgram(std::string_view name,
                                        std::optional<int64_t> major = std::nullopt);

}  // namespace fairline
