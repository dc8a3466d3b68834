// See backup_place.h.
#include "fairline/cli/backup_place.h"

#include "fairline/cli/change.h"
#include "fairline/cli/output.h"
#include "fairline/cli/version.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

// A key made now would open no backup, so none is made.
Result<Keyring> ReadKeyring(const Config& config) {
  if (const std::string keys = config.Secret("encryption.master_key"); !keys.empty()) {
    return Keyring::FromText(keys, "encryption.master_key");
  }
  auto keyring = Keyring::FromFile(MasterKeyFile(config), false);
  if (keyring || keyring.error().code != ErrorCode::kNotFound) return keyring;
  return Fail(ErrorCode::kFailedPrecondition,
              "backups are opened by the master key, and there is none in " +
                  MasterKeyFile(config).string() +
                  ": put the key file there, or name it by encryption.master_key_file");
}

}  // namespace

Result<std::unique_ptr<OpenedPlace>> OpenedPlace::Open(const Config& config,
                                                       const std::optional<std::string>& location) {
  const std::string chosen = location.value_or(config.String("backup.location"));
  if (chosen.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "where do the backups lie? Set backup.location or give a folder or s3:// URL");
  }
  auto store = FAIRLINE_TRY(OpenObjectStore(chosen));
  return std::unique_ptr<OpenedPlace>(
      new OpenedPlace(chosen, std::move(store), FAIRLINE_TRY(ReadKeyring(config))));
}

OpenedPlace::OpenedPlace(std::string location, std::unique_ptr<ObjectStore> store, Keyring keyring)
    : store_(std::move(store)),
      keyring_(std::move(keyring)),
      place_{std::move(location), *store_, keyring_},
      ids_(SystemClock()) {}

BackupActor OpenedPlace::Actor() {
  return {CurrentUser(), std::string(kVersion), SystemClock(), ids_};
}

Result<BackupManifest> OpenedPlace::Choose(const std::optional<std::string>& id) const {
  return id ? LoadManifest(place_.store, *id, place_.keyring)
            : LatestBackup(place_.store, place_.keyring);
}

std::vector<ObjectStore*> OpenedPlace::LiveErasureLists(const Config& config) {
  auto live = OpenObjectStore(ObjectsUrl(config));
  if (!live || !(*live)->List("erasures/")) {
    PrintNote(
        "storage.objects cannot be read: of the erased only the list in the location counts\n");
    return {};
  }
  live_objects_ = *std::move(live);
  return {live_objects_.get()};
}

void DeclareLocation(Options& options, std::string name, std::optional<std::string>* location) {
  options.Optional(std::move(name), "LOCATION", location,
                   "Folder or s3://BUCKET/PREFIX of the backups (default: backup.location)");
}

}  // namespace fairline
