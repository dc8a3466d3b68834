// Whole files in and out, durably, and what everything that works with files shares.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// The file's bytes. kNotFound, or kTooLarge above `max_bytes`.
Result<std::string> ReadFile(const std::filesystem::path& path, size_t max_bytes);

/// Appears whole or not at all (core/new_file.h). Parent folders are made.
Status WriteFileAtomically(const std::filesystem::path& path, std::string_view bytes);

Status MakeFolders(const std::filesystem::path& path);
/// The arrival or removal of names in a folder is durable when this returns.
Status SyncFolder(const std::filesystem::path& folder);

/// `cannot VERB "NAME": why`, for an errno; the whole path and the system's words are the detail.
std::unexpected<Error> FileFailure(int error, std::string_view verb,
                                   const std::filesystem::path& path);

}  // namespace fairline
