// PostgreSQL's write-ahead log in the location of the backups: what its archive_command and
// restore_command call. A segment is one sealed object wal/<name>.<microseconds since 1970 when it
// was archived>; with them a base backup is brought to any later moment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/governance/backup.h"

namespace fairline {

/// Durable when it returns. The same segment again is fine, another one of that name is refused
/// with kAlreadyExists. kInvalidArgument for a name that is none of PostgreSQL's log.
Status ArchiveWal(const BackupPlace& place, const std::filesystem::path& file,
                  std::string_view name, const Clock& clock);

/// Writes the segment to `file`, which appears whole. kNotFound when it was never archived.
Status FetchWal(const BackupPlace& place, std::string_view name, const std::filesystem::path& file);

/// Names that a base backup may need which starts in the segment `first`.
Result<std::vector<std::string>> WalFrom(ObjectStore& store, std::string_view first);

/// When the newest segment was archived; none when there is none.
Result<std::optional<int64_t>> NewestWalMicros(ObjectStore& store);

/// The segment of an object's key; empty when it is the key of something else.
std::string SegmentOfKey(std::string_view key);
/// Where a segment stands in the log, whatever its timeline: the last 16 of its 24 digits.
std::string_view WalPosition(std::string_view segment);

}  // namespace fairline
