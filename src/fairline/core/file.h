// Whole files in and out, durably. The only place that opens files for writing besides the CSV
// writer and the databases.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// The file's bytes. kNotFound, or kTooLarge above `max_bytes`.
Result<std::string> ReadFile(const std::filesystem::path& path, size_t max_bytes);

/// Appears whole or not at all: temporary name in the same folder, write, fsync, rename, fsync of
/// the folder. Parent folders are made.
Status WriteFileAtomically(const std::filesystem::path& path, std::string_view bytes);

Status MakeFolders(const std::filesystem::path& path);

}  // namespace fairline
