// See restore_postgres.h.
#include "fairline/governance/restore_postgres.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "fairline/core/file.h"
#include "fairline/governance/backup_process.h"
#include "fairline/governance/backup_wal.h"
#include "fairline/governance/restore.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLabelBytes = 64 << 10;

Status Unpack(const BackupPlace& place, const BackupManifest& manifest, const fs::path& data,
              const Cancelled& cancelled) {
  const SecretKey key = FAIRLINE_TRY(UnwrapBackupKey(place.keyring, manifest));
  ChildProcess tar = FAIRLINE_TRY(ChildProcess::Start(
      {{"tar", "--extract", "--file=-", "--no-same-owner", "--directory=" + data.string()},
       {},
       ChildProcess::Pipe::kInput}));
  FAIRLINE_TRY(ReadParts(place.store, DatabasePrefix(manifest.id), manifest.database_parts, key,
                         [&](std::string_view bytes) -> Status {
                           if (cancelled())
                             return Fail(ErrorCode::kCancelled, "the restore was stopped");
                           return tar.Write(bytes);
                         }));
  return tar.Finish();
}

// "START WAL LOCATION: 0/2000028 (file 000000010000000000000002)"
Result<std::string> FirstSegment(const fs::path& data) {
  const std::string label = FAIRLINE_TRY(ReadFile(data / "backup_label", kLabelBytes));
  constexpr std::string_view kLead = "(file ";
  const size_t start = label.find(kLead);
  const size_t end = label.find(')', start);
  if (start == label.npos || end == label.npos) {
    return Fail(ErrorCode::kDataLoss, "the base backup does not say where it starts", label);
  }
  return label.substr(start + kLead.size(), end - start - kLead.size());
}

Status MakePrivate(const fs::path& folder) {
  if (mkdir(folder.c_str(), 0700) == 0) return {};
  return Fail(ErrorCode::kUnavailable, fmt::format("{} cannot be made", folder.string()),
              std::generic_category().message(errno));
}

}  // namespace

Status RestorePostgres(const BackupPlace& place, const BackupManifest& manifest,
                       const fs::path& folder, const Cancelled& cancelled) {
  const fs::path data = folder / kRestoredPostgres, wal = folder / kRestoredWal;
  FAIRLINE_TRY(MakePrivate(data));
  FAIRLINE_TRY(MakePrivate(wal));
  // The user postgres must get through; the folders inside stay closed to others.
  if (geteuid() == 0) chmod(folder.c_str(), 0711);
  FAIRLINE_TRY(Unpack(place, manifest, data, cancelled));
  for (const std::string& name :
       FAIRLINE_TRY(WalFrom(place.store, FAIRLINE_TRY(FirstSegment(data))))) {
    FAIRLINE_TRY(FetchWal(place, name, wal / name));
  }
  return GiveToPostgresUser(wal);
}

Status FinishPostgres(const fs::path& folder) {
  const fs::path data = folder / kRestoredPostgres;
  std::error_code error;
  fs::remove_all(folder / kRestoredWal, error);
  const std::pair<const char*, const char*> files[] = {
      {"postgresql.conf", "# The settings of the original lay outside its data directory.\n"},
      {"pg_hba.conf", "local all all peer\n"},
      {"pg_ident.conf", ""}};
  for (const auto& [name, text] : files) {
    if (!fs::exists(data / name, error)) FAIRLINE_TRY(WriteFileAtomically(data / name, text));
  }
  return GiveToPostgresUser(data);
}

}  // namespace fairline
