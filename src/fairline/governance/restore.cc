// See restore.h.
#include "fairline/governance/restore.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <system_error>

#include "fairline/core/file.h"
#include "fairline/core/new_file.h"
#include "fairline/crypto/signature.h"
#include "fairline/governance/backup_objects.h"
#include "fairline/governance/backup_space.h"
#include "fairline/governance/erasure.h"
#include "fairline/governance/restore_postgres.h"
#include "fairline/ledger/sequencer.h"
#include "fairline/ledger/verify.h"
#include "fairline/storage/data_key.h"
#include "fairline/storage/sqlite_backup.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

/// The folder beside the target in which everything happens; removed unless it became the target.
class Workplace {
 public:
  explicit Workplace(const fs::path& into)
      : target_(into),
        folder_(into.parent_path() /
                fmt::format(".{}.restoring-{}", into.filename().string(), getpid())) {}
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace() {
    std::error_code ignored;
    if (made_) fs::remove_all(folder_, ignored);
  }

  Status Make() {
    FAIRLINE_TRY(MakeFolders(folder_.parent_path()));
    if (mkdir(folder_.c_str(), 0700) != 0) return Failure("cannot be written beside", errno);
    made_ = true;
    return {};
  }

  // An empty folder is replaced by rename(2); one that was filled meanwhile is not.
  Status BecomeTarget() {
    FAIRLINE_TRY(SyncFolder(folder_));
    if (rename(folder_.c_str(), target_.c_str()) != 0) return Failure("cannot be made", errno);
    made_ = false;
    return SyncFolder(target_.parent_path());
  }

  const fs::path& folder() const { return folder_; }

 private:
  Status Failure(std::string_view what, int error) const {
    return Fail(ErrorCode::kUnavailable, fmt::format("the folder {} {}", target_.string(), what),
                std::generic_category().message(error));
  }

  const fs::path target_, folder_;
  bool made_ = false;
};

Status CheckTarget(const fs::path& into) {
  std::error_code error;
  if (!fs::exists(into, error)) return {};
  if (fs::is_directory(into, error) && fs::is_empty(into, error) && !error) return {};
  return Fail(ErrorCode::kFailedPrecondition,
              fmt::format("{} is not an empty folder: a backup is restored into a new one only",
                          into.string()));
}

int64_t ObjectBytes(const BackupManifest& manifest) {
  int64_t bytes = 0;
  for (const BackedUpObject& object : manifest.objects) bytes += object.bytes;
  return bytes;
}

Status GoOn(const Cancelled& cancelled) {
  if (!cancelled()) return {};
  return Fail(ErrorCode::kCancelled, "the restore was stopped");
}

Status RestoreSqlite(const BackupPlace& place, const BackupManifest& manifest, const fs::path& file,
                     const Cancelled& cancelled) {
  const SecretKey key = FAIRLINE_TRY(UnwrapBackupKey(place.keyring, manifest));
  NewFile restored = FAIRLINE_TRY(NewFile::Create(file));
  FAIRLINE_TRY(ReadParts(place.store, DatabasePrefix(manifest.id), manifest.database_parts, key,
                         [&](std::string_view bytes) -> Status {
                           FAIRLINE_TRY(GoOn(cancelled));
                           return restored.Append(bytes);
                         }));
  FAIRLINE_TRY(restored.Commit());
  return CheckSqlite(file);
}

Status RestoreObjects(const BackupPlace& place, const BackupManifest& manifest,
                      const fs::path& folder) {
  FAIRLINE_TRY(MakeFolders(folder));
  const auto restored = OpenDiskStore(folder);
  return ReadObjects(place.store, place.keyring, manifest.objects,
                     [&](const BackedUpObject& object, std::string_view bytes) {
                       return restored->Put(object.key, bytes);
                     });
}

// A PostgreSQL backup goes on from its base to the end of the archived log: its ledger has grown,
// while retention may have disposed of decisions.
Status CheckFacts(const RecordFacts& found, const BackupManifest& manifest) {
  const RecordFacts& expected = manifest.facts;
  const bool whole = manifest.kind == DatabaseKind::kSqlite
                         ? found.decisions == expected.decisions &&
                               found.newest_decision_id == expected.newest_decision_id &&
                               found.ledger_size == expected.ledger_size
                         : found.newest_decision_id >= expected.newest_decision_id &&
                               found.ledger_size >= expected.ledger_size;
  if (whole) return {};
  return Fail(
      ErrorCode::kDataLoss,
      fmt::format("the restored database is not what was backed up: {} decisions and {} "
                  "ledger events, {} and {} were backed up",
                  found.decisions, found.ledger_size, expected.decisions, expected.ledger_size));
}

// The manifest's checkpoint was kept outside the database: what it covers cannot have been changed
// in the database before the backup was made without being found.
Status CheckLedger(Database& database, Keyring& keyring, const BackupManifest& manifest,
                   Prepared& prepared) {
  constexpr size_t kListed = 10;
  VerifyOptions options;
  options.public_key =
      SigningPublicKey(FAIRLINE_TRY(DataKey(database, keyring, kLedgerSigningKey)));
  if (!manifest.facts.ledger_checkpoint.empty()) {
    options.kept.push_back({"the backup's manifest", manifest.facts.ledger_checkpoint});
  }
  const LedgerReport report = FAIRLINE_TRY(VerifyLedger(database, options));
  prepared.ledger_events = report.events + report.not_ordered.events;
  for (const LedgerFinding& finding : report.findings) {
    if (prepared.ledger_findings.size() == kListed) break;
    prepared.ledger_findings.push_back(finding.Text());
  }
  return {};
}

}  // namespace

Result<Prepared> RestoreBackup(const BackupPlace& place, const BackupManifest& manifest,
                               const RestoreRequest& request, const BackupActor& actor) {
  const fs::path into = fs::absolute(request.into).lexically_normal();
  const fs::path target = into.has_filename() ? into : into.parent_path();
  const bool is_sqlite = manifest.kind == DatabaseKind::kSqlite;
  if (request.until_micros && is_sqlite) {
    return Fail(ErrorCode::kInvalidArgument,
                "--until needs PostgreSQL's log; a SQLite backup is one moment: choose the backup");
  }
  if (request.until_micros && *request.until_micros < manifest.created_at_micros) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("the moment of --until is before this backup of {}: choose an earlier "
                            "backup by its id",
                            FormatTimestamp(manifest.created_at_micros)));
  }
  FAIRLINE_TRY(CheckTarget(target));
  FAIRLINE_TRY(CheckSpace(
      {{target.parent_path(), manifest.database_bytes + ObjectBytes(manifest), "the restore"}}));
  Workplace workplace(target);
  FAIRLINE_TRY(workplace.Make());
  const fs::path& folder = workplace.folder();
  FAIRLINE_TRY(is_sqlite
                   ? RestoreSqlite(place, manifest, folder / kRestoredSqlite, request.cancelled)
                   : RestorePostgres(place, manifest, folder, request.cancelled));
  FAIRLINE_TRY(RestoreObjects(place, manifest, folder / kRestoredObjects));
  Prepared prepared;
  {
    RestoredStore restored = FAIRLINE_TRY(
        OpenRestored(folder, manifest, {true, request.until_micros, request.cancelled}));
    prepared = FAIRLINE_TRY(PrepareRestored(restored, place, manifest, request, actor));
  }
  if (!is_sqlite) FAIRLINE_TRY(FinishPostgres(folder));
  FAIRLINE_TRY(workplace.BecomeTarget());
  return prepared;
}

Result<RestoredStore> OpenRestored(const fs::path& folder, const BackupManifest& manifest,
                                   const RecoveryGoal& goal) {
  RestoredStore restored;
  restored.objects = OpenDiskStore(folder / kRestoredObjects);
  if (manifest.kind == DatabaseKind::kSqlite) {
    restored.database = FAIRLINE_TRY(OpenSqlite(folder / kRestoredSqlite));
    return restored;
  }
  restored.cluster =
      FAIRLINE_TRY(PrivateCluster::Start(folder / kRestoredPostgres, folder / kRestoredWal, goal));
  restored.database = FAIRLINE_TRY(
      OpenDatabase(restored.cluster->Url(manifest.database_user, manifest.database_name)));
  return restored;
}

Result<Prepared> PrepareRestored(RestoredStore& restored, const BackupPlace& place,
                                 const BackupManifest& manifest, const RestoreRequest& request,
                                 const BackupActor& actor) {
  Database& database = *restored.database;
  FAIRLINE_TRY(CheckFacts(FAIRLINE_TRY(ReadFacts(database)), manifest));
  Prepared prepared;
  FAIRLINE_TRY(CheckLedger(database, place.keyring, manifest, prepared));
  if (!prepared.ledger_findings.empty() && !request.accept_ledger_findings) {
    return Fail(ErrorCode::kDataLoss, fmt::format("the ledger in the backup does not verify: {}",
                                                  prepared.ledger_findings.front()));
  }
  std::set<std::string> erased = FAIRLINE_TRY(ReadErasureList(place.store));
  for (ObjectStore* list : request.erasure_lists) {
    erased.merge(FAIRLINE_TRY(ReadErasureList(*list)));
  }
  const auto vault = FAIRLINE_TRY(Vault::Open(database, place.keyring));
  prepared.erased_again =
      FAIRLINE_TRY(ApplyErasures(database, *vault, actor.ids, actor.clock, erased));
  FAIRLINE_TRY(RecordBackupEvent(
      database, actor, "backup.restore", manifest.id,
      Json::Object{{"backup_created_at", FormatTimestamp(manifest.created_at_micros)},
                   {"ledger_findings", prepared.ledger_findings.size()},
                   {"erased_again", prepared.erased_again}}));
  return prepared;
}

}  // namespace fairline
