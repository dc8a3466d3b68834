// Immutable objects by key (model bundles). Keys are relative paths of [A-Za-z0-9._/-].
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
  /// Keys that start with `prefix`, sorted.
  virtual Result<std::vector<std::string>> List(std::string_view prefix) = 0;
};

std::unique_ptr<ObjectStore> OpenDiskStore(std::filesystem::path root);

}  // namespace fairline
