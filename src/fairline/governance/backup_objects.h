// The live store's objects (model bundles) in backups: sealed once under objects/<key>, then shared
// by every later backup. They are immutable, so one that an earlier manifest lists is not read
// again.
#pragma once

#include <functional>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/governance/backup_manifest.h"
#include "fairline/storage/object_store.h"

namespace fairline {

/// Everything but erasures, which have a list of their own (governance/erasure.h), and shipped
/// checkpoints, which are all in the database: as objects they would make every manifest grow by
/// thousands of lines a day. `known` are the objects of an earlier backup.
Result<std::vector<BackedUpObject>> BackUpObjects(ObjectStore& live, ObjectStore& backups,
                                                  Keyring& keyring,
                                                  const std::vector<BackedUpObject>& known,
                                                  const Clock& clock);

using ObjectSink = std::function<Status(const BackedUpObject& object, std::string_view bytes)>;

/// Opens every object; kDataLoss names the one that is missing or not what was backed up.
Status ReadObjects(ObjectStore& backups, Keyring& keyring,
                   const std::vector<BackedUpObject>& objects, const ObjectSink& sink);

}  // namespace fairline
