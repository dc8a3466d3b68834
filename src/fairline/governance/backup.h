// Backups of the whole record: made, looked through, thrown away. What one consists of is in
// backup_manifest.h, the way back in restore.h.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/governance/backup_manifest.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

/// Where backups lie and what opens them.
struct BackupPlace {
  std::string location;  // as OpenObjectStore takes it
  ObjectStore& store;
  Keyring& keyring;
};

/// What is backed up.
struct LiveStore {
  std::string database_url;
  Database& database;
  std::string objects_location;
  ObjectStore& objects;
};

/// Who does it, when, with which program.
struct BackupActor {
  std::string user_id;
  std::string program_version;
  const Clock& clock;
  IdGenerator& ids;
};

using Cancelled = std::function<bool()>;

/// A complete, checked backup of everything committed before the call; recorded as `backup.create`.
/// When it fails nothing of it exists.
Result<BackupManifest> CreateBackup(const BackupPlace& place, const LiveStore& live,
                                    const BackupActor& actor, const Cancelled& cancelled);

/// Opens every byte of it and restores nothing. kDataLoss names what is damaged.
Status VerifyBackup(const BackupPlace& place, const BackupManifest& manifest);

struct PruneReport {
  std::vector<std::string> backups;  // ids
  size_t objects = 0;                // of no backup that stays
  size_t wal_segments = 0;           // before all that stay
};

/// Deletes backups made more than `keep_days` ago, and what only they needed; the newest good one
/// (genuine, with all its parts there) always stays. kFailedPrecondition when none is good. With
/// `dry_run` only says what would go.
Result<PruneReport> PruneBackups(const BackupPlace& place, int64_t keep_days, const Clock& clock,
                                 bool dry_run);

/// An event about a backup in the ledger of `database`.
Status RecordBackupEvent(Database& database, const BackupActor& actor, std::string_view action,
                         std::string_view backup_id, Json metadata);

}  // namespace fairline
