// Up to one part goes in one request; what is larger goes in parts, one after another, so that no
// more than a part is in memory.
#include "fairline/storage/s3_upload.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/core/hash.h"
#include "fairline/core/log.h"
#include "fairline/storage/s3_xml.h"

namespace fairline {
namespace {

constexpr uint64_t kPartBytes = uint64_t{16} << 20;
constexpr uint64_t kParts = 10'000;  // S3's limit

Result<std::string> ReadBlock(const S3Source& source, uint64_t offset, size_t count) {
  std::string block = FAIRLINE_TRY(source.read(offset, count));
  if (block.size() == count) return block;
  return Fail(ErrorCode::kFailedPrecondition, "the file became shorter while it was stored");
}

/// Calls `take` with each block of `block_bytes`, the last one shorter.
Status ForEachBlock(const S3Source& source, uint64_t block_bytes,
                    const std::function<Status(std::string_view)>& take) {
  for (uint64_t offset = 0; offset < source.size; offset += block_bytes) {
    const size_t count = std::min(block_bytes, source.size - offset);
    FAIRLINE_TRY(take(FAIRLINE_TRY(ReadBlock(source, offset, count))));
  }
  return {};
}

Result<std::string> DigestOf(const S3Source& source) {
  Sha256 digest;
  FAIRLINE_TRY(ForEachBlock(source, kPartBytes, [&](std::string_view block) -> Status {
    digest.Update(block);
    return {};
  }));
  return digest.Hex();
}

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<' || c == '&' || c == '>') {
      escaped += fmt::format("&#{};", static_cast<int>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

/// When the answer to the end of an upload was lost, the second try finds the upload gone: it had
/// ended well if the object is there.
bool IsThere(S3Client& client, const std::string& key, const std::string& digest,
             const Error& failure) {
  if (failure.code != ErrorCode::kConflict) return false;
  const auto found = client.Send({.method = "HEAD", .key = key});
  return found && found->Header(kS3DigestHeader) == digest;
}

/// Parts of an upload that never ends cost money. Once only: the failure before may have been a
/// server that is gone.
void Abort(S3Client& client, const std::string& key, const std::string& upload) {
  const auto aborted =
      client.Send({.method = "DELETE", .key = key, .query = {{"uploadId", upload}}}, nullptr,
                  S3Client::Retry::kNo);
  if (!aborted) LogWarning("object_store.upload_left_open", {{"reason", aborted.error().message}});
}

Status SendParts(S3Client& client, const std::string& key, const S3Source& source,
                 const std::string& digest, const std::string& upload) {
  const uint64_t part_bytes = std::max(kPartBytes, (source.size + kParts - 1) / kParts);
  int number = 0;
  Sha256 sent;
  std::string manifest = "<CompleteMultipartUpload>";
  FAIRLINE_TRY(ForEachBlock(source, part_bytes, [&](std::string_view part) -> Status {
    sent.Update(part);
    const HttpResponse response = FAIRLINE_TRY(
        client.Send({.method = "PUT",
                     .key = key,
                     .query = {{"partNumber", std::to_string(++number)}, {"uploadId", upload}},
                     .body = part}));
    manifest += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number,
                            EscapeXml(response.Header("etag")));
    return {};
  }));
  if (sent.Hex() != digest) {
    return Fail(ErrorCode::kFailedPrecondition, "the file changed while it was stored");
  }
  manifest += "</CompleteMultipartUpload>";
  const auto completed = client.Send({.method = "POST",
                                      .key = key,
                                      .query = {{"uploadId", upload}},
                                      .headers = {{"content-type", "application/xml"}},
                                      .body = manifest});
  if (completed || IsThere(client, key, digest, completed.error())) return {};
  return std::unexpected(completed.error());
}

Status PutInParts(S3Client& client, const std::string& key, const S3Source& source) {
  const std::string digest = FAIRLINE_TRY(DigestOf(source));
  const HttpResponse begun = FAIRLINE_TRY(client.Send({.method = "POST",
                                                       .key = key,
                                                       .query = {{"uploads", ""}},
                                                       .headers = {{kS3DigestHeader, digest}}}));
  const XmlElement answer = FAIRLINE_TRY(ParseXml(begun.body));
  const std::string upload = answer.TextOf("UploadId");
  if (upload.empty()) return Fail(ErrorCode::kDataLoss, "the object store names no upload");
  const Status sent = SendParts(client, key, source, digest, upload);
  if (!sent) Abort(client, key, upload);
  return sent;
}

}  // namespace

S3Source FromMemory(std::string_view bytes) {
  return {bytes.size(), [bytes](uint64_t offset, size_t count) -> Result<std::string> {
            return std::string(bytes.substr(offset, count));
          }};
}

S3Source FromFile(const FileBlocks& file) {
  return {file.size(), [&file](uint64_t offset, size_t count) { return file.Read(offset, count); }};
}

Status S3Upload(S3Client& client, const std::string& key, const S3Source& source) {
  if (source.size > kPartBytes) return PutInParts(client, key, source);
  const std::string bytes = FAIRLINE_TRY(ReadBlock(source, 0, source.size));
  FAIRLINE_TRY(client.Send({.method = "PUT",
                            .key = key,
                            .headers = {{kS3DigestHeader, Sha256Hex(bytes)}},
                            .body = bytes}));
  return {};
}

}  // namespace fairline
