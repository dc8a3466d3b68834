// Which store a URL names.
#include "fairline/storage/object_store.h"

#include <fmt/format.h>

#include "fairline/storage/s3_store.h"

namespace fairline {

Result<std::unique_ptr<ObjectStore>> OpenObjectStore(std::string_view url) {
  constexpr std::string_view kFile = "file://";
  if (url.starts_with(kFile) && url.substr(kFile.size()).starts_with('/')) {
    return OpenDiskStore(url.substr(kFile.size()));
  }
  if (!url.empty() && url.find("://") == std::string_view::npos) return OpenDiskStore(url);
  if (url.starts_with("s3://")) return OpenS3Store(url);
  // No more than the scheme is shown: a URL may hold a password.
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("\"{}\" names no object store: give a folder, file:///folder or "
                          "s3://bucket/prefix?region=…",
                          url.substr(0, url.find("://"))));
}

}  // namespace fairline
