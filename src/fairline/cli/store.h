// What lies in the storage folder: the database, the model bundles, and the registry over both.
#pragma once

#include <memory>

#include "fairline/core/config.h"
#include "fairline/core/ids.h"
#include "fairline/registry/registry.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

class Store {
 public:
  /// Opens the folder of `storage.directory`, which is made when absent.
  static Result<std::unique_ptr<Store>> OpenOrCreate(const Config& config);
  /// The same, but kNotFound when there is nothing there: for commands that only read.
  static Result<std::unique_ptr<Store>> Open(const Config& config);

  Database& database() { return *database_; }
  Registry& registry() { return registry_; }
  IdGenerator& ids() { return ids_; }

 private:
  Store(std::unique_ptr<Database> database, std::unique_ptr<ObjectStore> objects);

  std::unique_ptr<Database> database_;
  std::unique_ptr<ObjectStore> objects_;
  IdGenerator ids_;
  Registry registry_;
};

}  // namespace fairline
