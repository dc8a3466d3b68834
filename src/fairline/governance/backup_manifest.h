// What a backup holds. A backup is immutable objects of its location:
//
//   manifests/<id>                   written last: a backup without one does not exist
//   backups/<id>/database/000001 …   the sealed database (governance/backup_parts.h)
//   objects/<key>                    sealed copies of the live store's objects, shared by all
//   backups wal/<name>.<time>                sealed segments of PostgreSQL's log
//   (governance/backup_wal.h)
//
// The manifest is JSON in clear, so that a backup can be looked at without any key, with a MAC
// under the backup's own key, which only a master key opens: a manifest that was changed or belongs
// to another backup is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/governance/backup_facts.h"
#include "fairline/governance/backup_parts.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

struct BackedUpObject {
  std::string key;  // in the live store
  int64_t bytes = 0;
  std::string sha256;  // of the plain bytes
};

struct BackupManifest {
  std::string id;                 // UUIDv7
  int64_t created_at_micros = 0;  // everything committed before this is in the backup
  DatabaseKind kind = DatabaseKind::kSqlite;
  std::string program_version;
  std::string wrapped_key;  // of the database parts and the MAC
  int64_t database_bytes = 0;
  std::vector<BackupPart> database_parts;
  std::vector<BackedUpObject> objects;
  RecordFacts facts;  // PostgreSQL: what is there at least
  // PostgreSQL only: no segment of the log before this one is needed; whom and what to connect as.
  std::string wal_start, database_user, database_name;
};

std::string ManifestKey(std::string_view id);
std::string DatabasePrefix(std::string_view id);
/// Name of the shared sealed copy of a live object.
std::string SharedObjectKey(std::string_view live_key);

/// A fresh key of a backup, wrapped for it, and back (errors as Keyring::Unwrap).
std::string WrapBackupKey(Keyring& keyring, const SecretKey& key, std::string_view id);
Result<SecretKey> UnwrapBackupKey(Keyring& keyring, const BackupManifest& manifest);

/// The manifest's object.
std::string WriteManifest(const BackupManifest& manifest, const SecretKey& backup_key);
/// The inverse, for the backup of that id. kDataLoss when it is damaged, changed or another
/// backup's; kUnsupported when a newer program wrote it; kFailedPrecondition names the master key
/// that is needed.
Result<BackupManifest> ReadManifest(std::string_view bytes, std::string_view id, Keyring& keyring);

/// Ids of the backups that exist, oldest first.
Result<std::vector<std::string>> ListBackups(ObjectStore& store);
/// kNotFound names the id.
Result<BackupManifest> LoadManifest(ObjectStore& store, std::string_view id, Keyring& keyring);
/// The newest one, genuine or not. kNotFound when there is none.
Result<BackupManifest> LatestBackup(ObjectStore& store, Keyring& keyring);
/// The newest one whose manifest is genuine. When there are some and none is, why the newest is
/// not.
Result<BackupManifest> NewestBackup(ObjectStore& store, Keyring& keyring);

/// "1.4 GB".
std::string BytesText(int64_t bytes);

}  // namespace fairline
