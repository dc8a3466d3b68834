// Files only their owner may read, replaced whole by one process at a time: for keyring.cc.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

/// Overwrites the bytes before they are freed.
void Wipe(std::string& secret);

/// kNotFound, or kPermissionDenied when the group or others may read or write it.
Result<std::string> ReadKeyFile(const std::filesystem::path& file);

/// Makes the file (mode 0600, whole or not at all) unless there is one: of several processes that
/// do so at once one wins, and none sees a part of it.
Status MakeKeyFile(const std::filesystem::path& file, std::string_view bytes);

/// Replaces the file by what `change` makes of its bytes. Processes that change it take turns.
Status ChangeKeyFile(const std::filesystem::path& file,
                     const std::function<Result<std::string>(const std::string& bytes)>& change);

}  // namespace fairline
