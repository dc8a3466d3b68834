// Stores one object. It becomes visible whole: S3 shows a PUT, or the parts of an upload, only when
// all of it is there. It carries the SHA-256 of its bytes, because the ETag of an object that came
// in parts is no digest of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "fairline/core/file_blocks.h"
#include "fairline/core/result.h"
#include "fairline/storage/s3_client.h"

namespace fairline {

/// 64 lower-case digits.
inline constexpr const char* kS3DigestHeader = "x-amz-meta-sha256";

/// The bytes of an object; they are read more than once and never all at a time.
struct S3Source {
  uint64_t size;
  std::function<Result<std::string>(uint64_t offset, size_t count)> read;
};

/// Both are read from while the source is.
S3Source FromMemory(std::string_view bytes);
S3Source FromFile(const FileBlocks& file);

/// Durable when it returns. kFailedPrecondition when the source changes meanwhile. What was sent of
/// a large object that fails is taken back.
Status S3Upload(S3Client& client, const std::string& key, const S3Source& source);

}  // namespace fairline
