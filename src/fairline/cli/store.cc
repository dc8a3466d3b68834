// DIR/fairline.db and DIR/objects.
#include "fairline/cli/store.h"

#include <fmt/core.h>

#include <filesystem>

#include "fairline/core/clock.h"
#include "fairline/core/file.h"

namespace fairline {
namespace {

constexpr const char* kDatabaseFile = "fairline.db";
constexpr const char* kObjectFolder = "objects";

}  // namespace

Store::Store(std::unique_ptr<Database> database, std::unique_ptr<ObjectStore> objects)
    : database_(std::move(database)),
      objects_(std::move(objects)),
      ids_(SystemClock()),
      registry_(*database_, *objects_, SystemClock(), ids_) {}

Result<std::unique_ptr<Store>> Store::OpenOrCreate(const Config& config) {
  const std::filesystem::path folder = config.String("storage.directory");
  FAIRLINE_TRY(MakeFolders(folder));
  auto database = FAIRLINE_TRY(OpenSqlite(folder / kDatabaseFile));
  return std::unique_ptr<Store>(
      new Store(std::move(database), OpenDiskStore(folder / kObjectFolder)));
}

Result<std::unique_ptr<Store>> Store::Open(const Config& config) {
  const std::filesystem::path folder = config.String("storage.directory");
  if (std::error_code ignored; !std::filesystem::exists(folder / kDatabaseFile, ignored)) {
    return Fail(
        ErrorCode::kNotFound,
        fmt::format("nothing is stored in {} yet (--storage says where to look)", folder.string()));
  }
  return OpenOrCreate(config);
}

}  // namespace fairline
