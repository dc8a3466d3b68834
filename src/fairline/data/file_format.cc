#include "fairline/data/file_format.h"

#include <fmt/core.h>

namespace fairline {
namespace {

struct Suffix {
  std::string_view text;
  FileFormat format;
};
constexpr Suffix kSuffixes[] = {{".parquet", FileFormat::kParquet},
                                {".pq", FileFormat::kParquet},
                                {".arrow", FileFormat::kArrow},
                                {".feather", FileFormat::kArrow},
                                {".ipc", FileFormat::kArrow}};

}  // namespace

std::string_view FileFormatName(FileFormat format) {
  switch (format) {
    case FileFormat::kCsv:
      return "csv";
    case FileFormat::kParquet:
      return "parquet";
    case FileFormat::kArrow:
      break;
  }
  return "arrow";
}

Result<FileFormat> ChooseFormat(std::string_view path, std::string_view requested) {
  for (const auto format : {FileFormat::kCsv, FileFormat::kParquet, FileFormat::kArrow}) {
    if (requested == FileFormatName(format)) return format;
  }
  if (!requested.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" is no file format: one of csv, parquet, arrow", requested));
  }
  for (const auto& [text, format] : kSuffixes) {
    if (path.ends_with(text)) return format;
  }
  return FileFormat::kCsv;
}

}  // namespace fairline
