// All that is stored and what gives access to it: database, objects, registry, and the keys. The
// command line and the server open the same store from the same settings.
#pragma once

#include <memory>
#include <optional>

#include "fairline/core/config.h"
#include "fairline/core/ids.h"
#include "fairline/core/metrics.h"
#include "fairline/crypto/keyring.h"
#include "fairline/decisioning/vault.h"
#include "fairline/registry/registry.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

class Store {
 public:
  /// Opens what storage.* names. A folder and a SQLite file are made when absent. `metrics`
  /// outlives the store.
  static Result<std::unique_ptr<Store>> OpenOrCreate(const Config& config,
                                                     Metrics* metrics = nullptr);
  /// The same, but kNotFound when nothing is there yet: for commands that only read.
  static Result<std::unique_ptr<Store>> Open(const Config& config);

  Database& database() { return *database_; }
  ObjectStore& objects() { return *objects_; }
  Registry& registry() { return registry_; }
  IdGenerator& ids() { return ids_; }

  /// The master keys and what they open, read on first use: most commands need neither. A new
  /// installation gets a key file; one whose keys are elsewhere says which file is missing. Not
  /// thread-safe: call once before threads start.
  Result<Keyring*> OpenKeyring();
  Result<Vault*> OpenVault();

 private:
  Store(std::unique_ptr<Database> database, std::unique_ptr<ObjectStore> objects,
        const Config& config);

  const Config config_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<ObjectStore> objects_;
  IdGenerator ids_;
  Registry registry_;
  std::optional<Keyring> keyring_;
  std::unique_ptr<Vault> vault_;
};

/// Where the settings put things when storage.database, storage.objects and
/// encryption.master_key_file say nothing: below storage.directory.
std::string DatabaseUrl(const Config& config);
std::string ObjectsUrl(const Config& config);
std::filesystem::path MasterKeyFile(const Config& config);

}  // namespace fairline
