// An object becomes visible whole: S3 shows a PUT, or the parts of an upload, only when all of it
// is there. Each object carries the SHA-256 of its bytes, which is checked when it is read: the
// ETag would not do, it is no digest of an object that came in parts.
#include "fairline/storage/s3_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "fairline/core/file_blocks.h"
#include "fairline/core/hash.h"
#include "fairline/core/limits.h"
#include "fairline/core/new_file.h"
#include "fairline/storage/object_key.h"
#include "fairline/storage/s3_client.h"
#include "fairline/storage/s3_list.h"
#include "fairline/storage/s3_upload.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

/// Objects that others put there without our digest are taken as they are.
Status CheckDigest(std::string_view key, const HttpResponse& response, const Sha256& digest) {
  const std::string stored = response.Header(kS3DigestHeader);
  if (stored.empty() || stored == digest.Hex()) return {};
  return Fail(ErrorCode::kDataLoss,
              fmt::format("the stored object \"{}\" is damaged: its SHA-256 is another", key));
}

class StringSink : public BodySink {
 public:
  Status Begin() override {
    bytes.clear();
    return {};
  }
  Status Append(std::string_view piece) override {
    if (bytes.size() + piece.size() > limits::kBundleFileBytes) {
      return Fail(ErrorCode::kTooLarge, fmt::format("a stored object is larger than the {} bytes "
                                                    "allowed here",
                                                    limits::kBundleFileBytes));
    }
    bytes += piece;
    return {};
  }
  std::string bytes;
};

class FileSink : public BodySink {
 public:
  explicit FileSink(NewFile& file) : file_(file) {}
  Status Begin() override {
    digest = Sha256();
    return file_.Clear();
  }
  Status Append(std::string_view piece) override {
    digest.Update(piece);
    return file_.Append(piece);
  }
  Sha256 digest;

 private:
  NewFile& file_;
};

class S3Store : public ObjectStore {
 public:
  S3Store(S3Location location, S3Credentials credentials)
      : prefix_(location.prefix),
        client_(std::move(location), std::move(credentials), SystemClock()) {}

  Status Put(std::string_view key, std::string_view bytes) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    return S3Upload(client_, FullKey(key), FromMemory(bytes));
  }

  Status PutFile(std::string_view key, const fs::path& path) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    const FileBlocks file = FAIRLINE_TRY(FileBlocks::Open(path));
    return S3Upload(client_, FullKey(key), FromFile(file));
  }

  Result<std::string> Get(std::string_view key) override {
    StringSink sink;
    const HttpResponse response = FAIRLINE_TRY(GetInto(key, sink));
    Sha256 digest;
    digest.Update(sink.bytes);
    FAIRLINE_TRY(CheckDigest(key, response, digest));
    return std::move(sink.bytes);
  }

  Status GetFile(std::string_view key, const fs::path& path) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    NewFile file = FAIRLINE_TRY(NewFile::Create(path));
    FileSink sink(file);
    const HttpResponse response = FAIRLINE_TRY(GetInto(key, sink));
    FAIRLINE_TRY(CheckDigest(key, response, sink.digest));
    return file.Commit();
  }

  Result<std::vector<std::string>> List(std::string_view prefix) override {
    FAIRLINE_TRY(CheckObjectPrefix(prefix));
    S3Call call{.method = "GET"};
    call.query = {{"list-type", "2"}, {"prefix", FullKey(prefix)}};
    std::vector<std::string> keys;
    while (true) {
      const HttpResponse response = FAIRLINE_TRY(client_.Send(call));
      const S3ListPage page = FAIRLINE_TRY(ReadS3ListPage(response.body));
      for (const std::string_view key : page.keys) {
        // A bucket may hold what others put there, under names that are none of ours.
        if (!key.starts_with(prefix_) || !IsObjectKey(key.substr(prefix_.size()))) continue;
        keys.emplace_back(key.substr(prefix_.size()));
      }
      if (page.next.empty()) break;
      if (call.query["continuation-token"] == page.next) {
        return Fail(ErrorCode::kDataLoss, "the object store's list never ends");
      }
      call.query["continuation-token"] = page.next;
    }
    std::ranges::sort(keys);
    return keys;
  }

  Status Delete(std::string_view key) override {
    FAIRLINE_TRY(CheckObjectKey(key));
    const auto response = client_.Send({.method = "DELETE", .key = FullKey(key)});
    if (!response && response.error().code != ErrorCode::kNotFound) {
      return std::unexpected(response.error());
    }
    return {};
  }

 private:
  std::string FullKey(std::string_view key) const { return fmt::format("{}{}", prefix_, key); }

  Result<HttpResponse> GetInto(std::string_view key, BodySink& sink) {
    FAIRLINE_TRY(CheckObjectKey(key));
    auto response = client_.Send({.method = "GET", .key = FullKey(key)}, &sink);
    if (!response && response.error().code == ErrorCode::kNotFound) return NoSuchObject(key);
    return response;
  }

  const std::string prefix_;
  S3Client client_;
};

std::string FromEnvironment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

Result<std::unique_ptr<ObjectStore>> OpenS3Store(std::string_view url) {
  std::string region = FromEnvironment("AWS_REGION");
  if (region.empty()) region = FromEnvironment("AWS_DEFAULT_REGION");
  S3Location location = FAIRLINE_TRY(ParseS3Url(url, region.empty() ? "us-east-1" : region));
  S3Credentials credentials{.access_key_id = FromEnvironment("AWS_ACCESS_KEY_ID"),
                            .secret_access_key = FromEnvironment("AWS_SECRET_ACCESS_KEY"),
                            .session_token = FromEnvironment("AWS_SESSION_TOKEN")};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "the keys to the object store are missing: set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY");
  }
  return std::make_unique<S3Store>(std::move(location), std::move(credentials));
}

}  // namespace fairline
