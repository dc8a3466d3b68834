// See backup.h.
#include "fairline/governance/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fairline/governance/backup_objects.h"
#include "fairline/governance/backup_space.h"
#include "fairline/governance/backup_sqlite.h"
#include "fairline/governance/postgres_backup.h"
#include "fairline/ledger/audit.h"
#include "fairline/storage/sqlite_backup.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

/// Takes the objects of a backup away again unless its manifest was written.
class UnfinishedBackup {
 public:
  UnfinishedBackup(ObjectStore& store, std::string id) : store_(store), id_(std::move(id)) {}
  UnfinishedBackup(const UnfinishedBackup&) = delete;
  UnfinishedBackup& operator=(const UnfinishedBackup&) = delete;
  ~UnfinishedBackup() {
    if (finished_) return;
    const auto keys = store_.List(DatabasePrefix(id_) + "/");
    if (!keys) return;
    for (const std::string& key : *keys) static_cast<void>(store_.Delete(key));
  }
  void Finished() { finished_ = true; }

 private:
  ObjectStore& store_;
  const std::string id_;
  bool finished_ = false;
};

std::string WithSlash(std::string text) { return text.ends_with('/') ? text : text + '/'; }

// Backups among the live objects would be backed up themselves, each time more.
Status CheckApart(const BackupPlace& place, const LiveStore& live) {
  const auto whole = [](const std::string& location) {
    std::error_code ignored;
    const fs::path folder = FolderOfLocation(location);
    return WithSlash(folder.empty() ? location.substr(0, location.find('?'))
                                    : fs::weakly_canonical(folder, ignored).string());
  };
  if (!whole(place.location).starts_with(whole(live.objects_location))) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "the location of the backups is inside that of the models (storage.objects): choose "
              "another one, best on another machine");
}

Status SealDatabase(const BackupPlace& place, const LiveStore& live, const SecretKey& key,
                    BackupManifest& manifest, const Cancelled& cancelled) {
  PartsWriter writer(place.store, DatabasePrefix(manifest.id), key);
  manifest.kind = live.database.kind();
  if (manifest.kind == DatabaseKind::kSqlite) {
    manifest.facts = FAIRLINE_TRY(
        SealSqlite(SqliteFileOf(live.database_url), place.location, writer, cancelled));
  } else {
    manifest.facts = FAIRLINE_TRY(ReadFacts(live.database));
    FAIRLINE_TRY(SealPostgres(live.database_url, live.database, writer, manifest, cancelled));
  }
  manifest.database_parts = FAIRLINE_TRY(writer.Finish());
  manifest.database_bytes = writer.bytes();
  return {};
}

Json CreateEvent(const BackupManifest& manifest) {
  return Json::Object{{"database_bytes", manifest.database_bytes},
                      {"objects", manifest.objects.size()},
                      {"decisions", manifest.facts.decisions},
                      {"ledger_size", manifest.facts.ledger_size}};
}

}  // namespace

Result<BackupManifest> CreateBackup(const BackupPlace& place, const LiveStore& live,
                                    const BackupActor& actor, const Cancelled& cancelled) {
  FAIRLINE_TRY(CheckApart(place, live));
  BackupManifest manifest;
  manifest.created_at_micros = actor.clock.NowMicros();
  manifest.id = actor.ids.Next();
  manifest.program_version = actor.program_version;
  const SecretKey key = SecretKey::Generate();
  manifest.wrapped_key = WrapBackupKey(place.keyring, key, manifest.id);

  UnfinishedBackup unfinished(place.store, manifest.id);
  FAIRLINE_TRY(SealDatabase(place, live, key, manifest, cancelled));
  const auto previous = NewestBackup(place.store, place.keyring);
  // Objects come after the database: a model that it names is among them.
  manifest.objects = FAIRLINE_TRY(
      BackUpObjects(live.objects, place.store, place.keyring,
                    previous ? previous->objects : std::vector<BackedUpObject>(), actor.clock));
  FAIRLINE_TRY(place.store.Put(ManifestKey(manifest.id), WriteManifest(manifest, key)));
  unfinished.Finished();
  FAIRLINE_TRY(
      RecordBackupEvent(live.database, actor, "backup.create", manifest.id, CreateEvent(manifest)));
  return manifest;
}

Status VerifyBackup(const BackupPlace& place, const BackupManifest& manifest) {
  const SecretKey key = FAIRLINE_TRY(UnwrapBackupKey(place.keyring, manifest));
  const std::string prefix = DatabasePrefix(manifest.id);
  int64_t bytes = 0;
  FAIRLINE_TRY(ReadParts(place.store, prefix, manifest.database_parts, key,
                         [&](std::string_view plain) -> Status {
                           bytes += static_cast<int64_t>(plain.size());
                           return {};
                         }));
  if (bytes != manifest.database_bytes) {
    return Fail(ErrorCode::kDataLoss,
                fmt::format("the backup is damaged: {} holds {} bytes, {} were backed up", prefix,
                            bytes, manifest.database_bytes));
  }
  return ReadObjects(place.store, place.keyring, manifest.objects,
                     [](const BackedUpObject&, std::string_view) -> Status { return {}; });
}

Status RecordBackupEvent(Database& database, const BackupActor& actor, std::string_view action,
                         std::string_view backup_id, Json metadata) {
  AuditEvent event;
  event.id = actor.ids.Next();
  event.entity_type = "backup";
  event.entity_id = backup_id;
  event.action = action;
  event.user_id = actor.user_id;
  event.metadata = std::move(metadata);
  event.created_at_micros = actor.clock.NowMicros();
  return database.Write([&](Transaction& transaction) { return AppendEvent(transaction, event); });
}

}  // namespace fairline
