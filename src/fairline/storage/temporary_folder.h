// A folder for one test, gone with it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>

#include "fairline/core/random.h"

namespace fairline {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    uint64_t random = 0;
    FillWithEntropy(&random, sizeof random);
    path_ = std::filesystem::temp_directory_path() / fmt::format("fairline-{:016x}", random);
    std::filesystem::create_directories(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace fairline
