// DIR/fairline.db, DIR/objects and DIR/master.key, unless the settings name other places.
#include "fairline/decisioning/store.h"

#include <fmt/format.h>

#include <filesystem>

#include "fairline/core/clock.h"
#include "fairline/core/file.h"
#include "fairline/core/log.h"
#include "fairline/decisioning/seal_old_records.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

fs::path Folder(const Config& config) { return config.String("storage.directory"); }

Result<bool> HasKeys(Database& database) {
  const auto rows = FAIRLINE_TRY(database.Query("SELECT COUNT(*) FROM data_keys"));
  return std::get<int64_t>(rows[0][0]) > 0;
}

}  // namespace

std::string DatabaseUrl(const Config& config) {
  const std::string url = config.String("storage.database");
  return url.empty() ? fmt::format("sqlite:{}", (Folder(config) / "fairline.db").string()) : url;
}

std::string ObjectsUrl(const Config& config) {
  const std::string url = config.String("storage.objects");
  return url.empty() ? (Folder(config) / "objects").string() : url;
}

fs::path MasterKeyFile(const Config& config) {
  const std::string file = config.String("encryption.master_key_file");
  return file.empty() ? Folder(config) / "master.key" : fs::path(file);
}

Store::Store(std::unique_ptr<Database> database, std::unique_ptr<ObjectStore> objects,
             const Config& config)
    : config_(config),
      database_(std::move(database)),
      objects_(std::move(objects)),
      ids_(SystemClock()),
      registry_(*database_, *objects_, SystemClock(), ids_) {}

Result<std::unique_ptr<Store>> Store::OpenOrCreate(const Config& config, Metrics* metrics) {
  FAIRLINE_TRY(MakeFolders(Folder(config)));
  auto objects = FAIRLINE_TRY(OpenObjectStore(ObjectsUrl(config)));
  auto database = FAIRLINE_TRY(OpenDatabase(DatabaseUrl(config), metrics));
  return std::unique_ptr<Store>(new Store(std::move(database), std::move(objects), config));
}

Result<std::unique_ptr<Store>> Store::Open(const Config& config) {
  std::error_code ignored;
  const bool in_folder = config.String("storage.database").empty();
  if (in_folder && !fs::exists(Folder(config) / "fairline.db", ignored)) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("nothing is stored in {} yet (--storage says where to look)",
                            Folder(config).string()));
  }
  return OpenOrCreate(config);
}

Result<Keyring*> Store::OpenKeyring() {
  if (keyring_) return &*keyring_;
  if (const std::string keys = config_.Secret("encryption.master_key"); !keys.empty()) {
    keyring_.emplace(FAIRLINE_TRY(Keyring::FromText(keys, "encryption.master_key")));
    return &*keyring_;
  }
  // A fresh key would open nothing of a database that has keys already.
  const fs::path file = MasterKeyFile(config_);
  const bool has_keys = FAIRLINE_TRY(HasKeys(*database_));
  std::error_code ignored;
  if (has_keys && !fs::exists(file, ignored)) {
    return Fail(ErrorCode::kFailedPrecondition,
                fmt::format("the master key of this store is not in {}: put the key file there, or "
                            "name it by encryption.master_key_file",
                            file.string()));
  }
  keyring_.emplace(FAIRLINE_TRY(Keyring::FromFile(file, !has_keys)));
  return &*keyring_;
}

Result<Vault*> Store::OpenVault() {
  if (vault_) return vault_.get();
  Keyring& keyring = *FAIRLINE_TRY(OpenKeyring());
  vault_ = FAIRLINE_TRY(Vault::Open(*database_, keyring));
  if (const int64_t sealed = FAIRLINE_TRY(SealOldRecords(*database_, *vault_, registry_))) {
    LogInfo("store.old_records_sealed", {{"records", sealed}});
  }
  return vault_.get();
}

}  // namespace fairline
