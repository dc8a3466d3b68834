// What the backup commands share: the location, the keys, and who asks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fairline/cli/options.h"
#include "fairline/core/config.h"
#include "fairline/core/ids.h"
#include "fairline/governance/backup.h"

namespace fairline {

/// A location opened with the keys of the settings. No database is needed for it.
class OpenedPlace {
 public:
  /// `location` wins over backup.location. kInvalidArgument when neither is given.
  static Result<std::unique_ptr<OpenedPlace>> Open(const Config& config,
                                                   const std::optional<std::string>& location);

  const BackupPlace& place() const { return place_; }
  BackupActor Actor();
  /// The backup of that id, or the newest.
  Result<BackupManifest> Choose(const std::optional<std::string>& id) const;
  /// The list of the erased that the live store keeps, unless it is gone too; the location has one
  /// of its own.
  std::vector<ObjectStore*> LiveErasureLists(const Config& config);

 private:
  OpenedPlace(std::string location, std::unique_ptr<ObjectStore> store, Keyring keyring);

  std::unique_ptr<ObjectStore> store_;
  std::unique_ptr<ObjectStore> live_objects_;
  Keyring keyring_;
  BackupPlace place_;
  IdGenerator ids_;
};

/// `--from`/`--to LOCATION`.
void DeclareLocation(Options& options, std::string name, std::optional<std::string>* location);

}  // namespace fairline
