// See backup_manifest.h.
#include "fairline/governance/backup_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fairline/core/clock.h"
#include "fairline/core/encoding.h"
#include "fairline/core/ids.h"
#include "fairline/core/json.h"
#include "fairline/crypto/keyed_hash.h"

namespace fairline {
namespace {

constexpr int64_t kFormat = 1;
// Apart from the parts, so that finding the newest backup lists little.
constexpr std::string_view kFolder = "manifests/";
constexpr std::string_view kMacPurpose = "fairline backup manifest";

std::string_view KindName(DatabaseKind kind) {
  return kind == DatabaseKind::kSqlite ? "sqlite" : "postgresql";
}

Json PartsJson(const std::vector<BackupPart>& parts) {
  Json list = Json::MakeArray();
  for (const BackupPart& part : parts) {
    list.Append(Json::Object{{"bytes", part.bytes}, {"sha256", part.sha256}});
  }
  return list;
}

Json ObjectsJson(const std::vector<BackedUpObject>& objects) {
  Json list = Json::MakeArray();
  for (const BackedUpObject& object : objects) {
    list.Append(
        Json::Object{{"key", object.key}, {"bytes", object.bytes}, {"sha256", object.sha256}});
  }
  return list;
}

Json ManifestJson(const BackupManifest& manifest) {
  const RecordFacts& facts = manifest.facts;
  return Json::Object{
      {"format", kFormat},
      {"id", manifest.id},
      {"created_at", FormatTimestamp(manifest.created_at_micros)},
      {"kind", KindName(manifest.kind)},
      {"program_version", manifest.program_version},
      {"schema_version", facts.schema_version},
      {"master_key", manifest.wrapped_key.substr(0, manifest.wrapped_key.find('\n'))},
      {"wrapped_key", ToBase64(manifest.wrapped_key)},
      {"decisions", facts.decisions},
      {"newest_decision_id", facts.newest_decision_id},
      {"newest_decision_at", facts.newest_decision_at},
      {"ledger_size", facts.ledger_size},
      {"ledger_checkpoint", facts.ledger_checkpoint},
      {"wal_start", manifest.wal_start},
      {"database_user", manifest.database_user},
      {"database_name", manifest.database_name},
      {"database_bytes", manifest.database_bytes},
      {"database_parts", PartsJson(manifest.database_parts)},
      {"objects", ObjectsJson(manifest.objects)}};
}

std::vector<BackupPart> ReadPartList(JsonReader& reader) {
  std::vector<BackupPart> parts;
  const Json& list = reader.Value("database_parts");
  if (!list.is_array()) return parts;
  for (const Json& item : list.array()) {
    JsonReader part(item, "database_parts");
    parts.push_back({part.Integer("bytes"), part.String("sha256")});
    if (Status read = part.Finish(); !read) reader.Absorb(read.error());
  }
  return parts;
}

std::vector<BackedUpObject> ReadObjectList(JsonReader& reader) {
  std::vector<BackedUpObject> objects;
  const Json& list = reader.Value("objects");
  if (!list.is_array()) return objects;
  for (const Json& item : list.array()) {
    JsonReader object(item, "objects");
    objects.push_back({object.String("key"), object.Integer("bytes"), object.String("sha256")});
    if (Status read = object.Finish(); !read) reader.Absorb(read.error());
  }
  return objects;
}

RecordFacts ReadRecordFacts(JsonReader& reader) {
  RecordFacts facts;
  facts.schema_version = reader.Integer("schema_version");
  facts.decisions = reader.Integer("decisions");
  facts.newest_decision_id = reader.String("newest_decision_id");
  facts.newest_decision_at = reader.String("newest_decision_at");
  facts.ledger_size = reader.Integer("ledger_size");
  facts.ledger_checkpoint = reader.String("ledger_checkpoint");
  return facts;
}

Result<BackupManifest> ParseManifest(const Json& json, const std::string& where) {
  JsonReader reader(json, where);
  BackupManifest manifest;
  reader.Integer("format");
  reader.String("master_key");
  manifest.id = reader.String("id");
  const auto created = ParseTimestamp(reader.String("created_at"));
  if (!created) reader.Fault("created_at", "is not a time");
  manifest.created_at_micros = created.value_or(0);
  const std::string kind = reader.String("kind");
  if (kind != "sqlite" && kind != "postgresql") reader.Fault("kind", "is no known database");
  manifest.kind = kind == "sqlite" ? DatabaseKind::kSqlite : DatabaseKind::kPostgres;
  manifest.program_version = reader.String("program_version");
  manifest.wrapped_key = FromBase64(reader.String("wrapped_key")).value_or("");
  manifest.facts = ReadRecordFacts(reader);
  manifest.wal_start = reader.String("wal_start");
  manifest.database_user = reader.String("database_user");
  manifest.database_name = reader.String("database_name");
  manifest.database_bytes = reader.Integer("database_bytes");
  manifest.database_parts = ReadPartList(reader);
  manifest.objects = ReadObjectList(reader);
  FAIRLINE_TRY(reader.Finish());
  return manifest;
}

std::unexpected<Error> Damaged(std::string_view id, std::string_view how, std::string detail = {}) {
  return Fail(ErrorCode::kDataLoss,
              fmt::format("the backup is damaged: {} {}", ManifestKey(id), how), std::move(detail));
}

std::string Mac(const SecretKey& backup_key, std::string_view manifest) {
  return ToHex(KeyedHash(backup_key.Derive(kMacPurpose), manifest));
}

// A newer manifest may hold anything, so its number is looked at before the rest.
Status CheckFormat(const Json& manifest, std::string_view id) {
  const Json* format = manifest.Find("format");
  if (format == nullptr || !format->is_integer()) return Damaged(id, "is no manifest");
  if (format->integer() <= kFormat) return {};
  return Fail(ErrorCode::kUnsupported,
              fmt::format("the backup {} was made by a newer fairline (format {}, this one knows "
                          "{}): use that version or a later one",
                          id, format->integer(), kFormat));
}

}  // namespace

std::string ManifestKey(std::string_view id) { return fmt::format("{}{}", kFolder, id); }

std::string DatabasePrefix(std::string_view id) { return fmt::format("backups/{}/database", id); }

std::string SharedObjectKey(std::string_view live_key) {
  return fmt::format("objects/{}", live_key);
}

std::string WrapBackupKey(Keyring& keyring, const SecretKey& key, std::string_view id) {
  return keyring.Wrap(key, fmt::format("fairline backup {}", id));
}

Result<SecretKey> UnwrapBackupKey(Keyring& keyring, const BackupManifest& manifest) {
  return keyring.Unwrap(manifest.wrapped_key, fmt::format("fairline backup {}", manifest.id));
}

std::string WriteManifest(const BackupManifest& manifest, const SecretKey& backup_key) {
  Json file;
  file["manifest"] = ManifestJson(manifest);
  file["mac"] = Mac(backup_key, file["manifest"].Dump());
  return file.Pretty() + "\n";
}

Result<BackupManifest> ReadManifest(std::string_view bytes, std::string_view id, Keyring& keyring) {
  const auto file = Json::Parse(bytes);
  if (!file) return Damaged(id, "cannot be read", file.error().message);
  const Json* json = file->Find("manifest");
  const Json* mac = file->Find("mac");
  if (json == nullptr || mac == nullptr || !mac->is_string()) return Damaged(id, "is incomplete");
  FAIRLINE_TRY(CheckFormat(*json, id));
  auto manifest = ParseManifest(*json, ManifestKey(id));
  if (!manifest) return Damaged(id, "cannot be read", manifest.error().message);
  if (manifest->id != id) return Damaged(id, "belongs to another backup", manifest->id);
  const auto key = UnwrapBackupKey(keyring, *manifest);
  if (!key && key.error().code != ErrorCode::kDataLoss) return std::unexpected(key.error());
  if (!key || Mac(*key, json->Dump()) != mac->string()) return Damaged(id, "was changed");
  return manifest;
}

Result<std::vector<std::string>> ListBackups(ObjectStore& store) {
  std::vector<std::string> ids;
  for (const std::string& key : FAIRLINE_TRY(store.List(kFolder))) {
    const std::string id = key.substr(kFolder.size());
    if (IsUuid(id)) ids.push_back(id);
  }
  return ids;
}

Result<BackupManifest> LoadManifest(ObjectStore& store, std::string_view id, Keyring& keyring) {
  if (!IsUuid(id)) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is not the id of a backup", id));
  }
  const auto bytes = store.Get(ManifestKey(id));
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) {
    return Fail(ErrorCode::kNotFound, fmt::format("there is no backup {}", id));
  }
  if (!bytes) return std::unexpected(bytes.error());
  return ReadManifest(*bytes, id, keyring);
}

Result<BackupManifest> LatestBackup(ObjectStore& store, Keyring& keyring) {
  const auto ids = FAIRLINE_TRY(ListBackups(store));
  if (ids.empty()) return Fail(ErrorCode::kNotFound, "there is no backup there yet");
  return LoadManifest(store, ids.back(), keyring);
}

Result<BackupManifest> NewestBackup(ObjectStore& store, Keyring& keyring) {
  auto newest = LatestBackup(store, keyring);
  if (newest || newest.error().code == ErrorCode::kNotFound) return newest;
  const auto ids = FAIRLINE_TRY(ListBackups(store));
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    if (auto manifest = LoadManifest(store, *id, keyring)) return manifest;
  }
  return newest;
}

std::string BytesText(int64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"bytes", "kB", "MB", "GB", "TB"};
  auto amount = static_cast<double>(bytes);
  size_t unit = 0;
  for (; amount >= 1000 && unit + 1 < kUnits.size(); ++unit) amount /= 1000;
  return unit == 0 ? fmt::format("{} bytes", bytes)
                   : fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

}  // namespace fairline
