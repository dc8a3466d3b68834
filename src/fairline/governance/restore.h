// From a backup to a folder that a program can run on, and the one place where a restored store is
// put right before anyone else opens it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/governance/backup.h"
#include "fairline/governance/restore_cluster.h"

namespace fairline {

/// The parts of a restored folder: fairline.db or postgresql/ (a data directory), and objects/.
/// PostgreSQL runs for as long as this lives, on a socket that nobody else can reach.
struct RestoredStore {
  std::unique_ptr<PrivateCluster> cluster;
  std::unique_ptr<Database> database;
  std::unique_ptr<ObjectStore> objects;
};

struct RestoreRequest {
  std::filesystem::path into;           // absent or an empty folder
  std::optional<int64_t> until_micros;  // PostgreSQL: stop at this moment of the log
  // Lists of the erased beside that of the location itself (governance/erasure.h).
  std::vector<ObjectStore*> erasure_lists;
  Cancelled cancelled = [] { return false; };  // asked every few megabytes
  bool accept_ledger_findings = false;         // a ledger that does not verify is restored too
};

/// What the preparation of a restored store came to.
struct Prepared {
  int64_t ledger_events = 0;
  std::vector<std::string> ledger_findings;  // the first few, as sentences; empty: it verifies
  int64_t erased_again = 0;                  // applicants
};

/// Restores into a folder beside `into`, prepares it there and renames it at the end: when it
/// fails, `into` is as it was. Recorded in the restored ledger as `backup.restore`.
/// kFailedPrecondition when `into` is not empty; kDataLoss names what is damaged.
Result<Prepared> RestoreBackup(const BackupPlace& place, const BackupManifest& manifest,
                               const RestoreRequest& request, const BackupActor& actor);

/// Opens a restored folder.
Result<RestoredStore> OpenRestored(const std::filesystem::path& folder,
                                   const BackupManifest& manifest, const RecoveryGoal& goal = {});

/// Makes a restored store right before others open it: it must hold what the manifest says, its
/// ledger must verify (also against the checkpoint in the manifest), and whoever was erased after
/// the backup is erased again.
Result<Prepared> PrepareRestored(RestoredStore& restored, const BackupPlace& place,
                                 const BackupManifest& manifest, const RestoreRequest& request,
                                 const BackupActor& actor);

inline constexpr const char* kRestoredSqlite = "fairline.db";
inline constexpr const char* kRestoredPostgres = "postgresql";
inline constexpr const char* kRestoredWal = "wal";
inline constexpr const char* kRestoredObjects = "objects";

}  // namespace fairline
