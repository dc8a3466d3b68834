// `--format` of every command that reads or writes rows.
#pragma once

#include <expected>
#include <string_view>

#include "fairline/cli/failure.h"
#include "fairline/data/file_format.h"

namespace fairline {

/// ChooseFormat for `path`; an unknown name is a usage error that names the option.
std::expected<FileFormat, Failure> ChosenFormat(std::string_view path, std::string_view requested,
                                                std::string_view option = "--format");

}  // namespace fairline
