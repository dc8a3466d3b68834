// A consistent copy of a SQLite database that others are writing to, by SQLite's online backup.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// The file that a `sqlite:` URL of storage.database names; any other text is a path itself.
std::filesystem::path SqliteFileOf(std::string_view url);

/// Bytes that a copy of the database takes on disk. kNotFound.
Result<uintmax_t> SqliteCopyBytes(const std::filesystem::path& file);

/// Copies what is committed when it starts to `target`, which must not exist and is readable by its
/// owner only. Writers are never blocked; their log cannot start again before the copy is done.
/// `cancelled` is asked every few megabytes. kCancelled, kUnavailable when the disk is full.
Status CopySqlite(const std::filesystem::path& file, const std::filesystem::path& target,
                  const std::function<bool()>& cancelled);

/// Reads every page. kDataLoss when the file is not what SQLite wrote.
Status CheckSqlite(const std::filesystem::path& file);

}  // namespace fairline
