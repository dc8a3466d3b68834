// The kinds of files rows come from and go to.
#pragma once

#include <string_view>

#include "fairline/core/result.h"

namespace fairline {

enum class FileFormat {
  kCsv,
  kParquet,
  kArrow,  // Arrow IPC: a file (also called Feather 2), or a stream on a pipe
};
std::string_view FileFormatName(FileFormat format);  // csv, parquet, arrow

/// The format asked for by name (csv, parquet, arrow), else by the suffix of `path`: .parquet and
/// .pq; .arrow, .feather and .ipc; CSV for everything else, standard streams included.
/// kInvalidArgument for another name.
Result<FileFormat> ChooseFormat(std::string_view path, std::string_view requested);

}  // namespace fairline
