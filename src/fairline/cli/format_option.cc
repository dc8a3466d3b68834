#include "fairline/cli/format_option.h"

#include <fmt/core.h>

namespace fairline {

std::expected<FileFormat, Failure> ChosenFormat(std::string_view path, std::string_view requested,
                                                std::string_view option) {
  const Result<FileFormat> format = ChooseFormat(path, requested);
  if (format) return *format;
  return UsageError(fmt::format("{}: {}", option, format.error().message));
}

}  // namespace fairline
