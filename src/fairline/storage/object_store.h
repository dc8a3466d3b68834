// Immutable objects by key: model bundles, shipped checkpoints, backups. Keys are relative paths of
// [A-Za-z0-9._-] segments. They lie in a folder or in an S3 bucket.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  /// Durable when it returns.
  virtual Status Put(std::string_view key, std::string_view bytes) = 0;
  virtual Result<std::string> Get(std::string_view key) = 0;  // kNotFound
  /// The same for a file of any length, never whole in memory. GetFile writes `path` atomically.
  virtual Status PutFile(std::string_view key, const std::filesystem::path& path) = 0;
  virtual Status GetFile(std::string_view key, const std::filesystem::path& path) = 0;
  /// Keys that start with `prefix`, sorted.
  virtual Result<std::vector<std::string>> List(std::string_view prefix) = 0;
  /// An absent key is no error.
  virtual Status Delete(std::string_view key) = 0;
};

/// A folder (`/var/lib/fairline/objects`, `file:///…`) or
/// `s3://bucket/prefix?endpoint=https://host:port&region=eu-west-1&path_style=true`. The keys to S3
/// come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. kInvalidArgument names
/// what is wrong with the URL.
Result<std::unique_ptr<ObjectStore>> OpenObjectStore(std::string_view url);

std::unique_ptr<ObjectStore> OpenDiskStore(std::filesystem::path root);

}  // namespace fairline
