// Copies of the checkpoints outside the database, where whoever changes the database does not
// reach them: ledger/checkpoints/<tree size, 20 digits> in an object store.
#pragma once

#include <optional>
#include <string>

#include "fairline/core/result.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

/// Where the checkpoint of that size lies.
std::string CheckpointKey(int64_t tree_size);

class CheckpointShipper {
 public:
  /// References outlive it.
  CheckpointShipper(Database& database, ObjectStore& store);

  /// Puts what is not there yet, oldest first. After a failure the next call goes on where this one
  /// stopped; after a restart, up to a hundred that a crash kept from being shipped follow.
  Status ShipNew();

 private:
  Status FindShipped();

  Database& database_;
  ObjectStore& store_;
  std::optional<int64_t> shipped_;  // the largest tree size that is there
};

}  // namespace fairline
