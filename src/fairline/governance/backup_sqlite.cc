// See backup_sqlite.h.
#include "fairline/governance/backup_sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <system_error>

#include "fairline/core/file_blocks.h"
#include "fairline/governance/backup_space.h"
#include "fairline/storage/database.h"
#include "fairline/storage/sqlite_backup.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr const char* kLockFile = "backup.lock";
constexpr const char* kCopyFile = "backup.tmp";

/// One backup of a database at a time; the system gives the lock back when a process dies.
class BackupTurn {
 public:
  explicit BackupTurn(const fs::path& folder)
      : descriptor_(open((folder / kLockFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
  BackupTurn(const BackupTurn&) = delete;
  BackupTurn& operator=(const BackupTurn&) = delete;
  ~BackupTurn() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  Status Take() const {
    if (descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
    const int error = errno;
    if (error == EWOULDBLOCK) {
      return Fail(ErrorCode::kConflict, "another backup of this database is running");
    }
    return Fail(ErrorCode::kUnavailable, "the folder of the database cannot be written",
                std::generic_category().message(error));
  }

 private:
  const int descriptor_;
};

/// The copy's name is free before and after.
class TemporaryCopy {
 public:
  explicit TemporaryCopy(fs::path path) : path_(std::move(path)) { Remove(); }
  TemporaryCopy(const TemporaryCopy&) = delete;
  TemporaryCopy& operator=(const TemporaryCopy&) = delete;
  ~TemporaryCopy() { Remove(); }
  const fs::path& path() const { return path_; }

 private:
  void Remove() const {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      fs::remove(path_.string() + suffix, ignored);
    }
  }
  const fs::path path_;
};

Status CheckRoom(const fs::path& file, std::string_view location) {
  const auto bytes = static_cast<int64_t>(FAIRLINE_TRY(SqliteCopyBytes(file)));
  std::vector<SpaceNeed> needs = {{file.parent_path(), bytes, "a copy of the database"}};
  const fs::path backups = FolderOfLocation(location);
  if (!backups.empty()) needs.push_back({backups, bytes, "the backup"});
  return CheckSpace(needs);
}

}  // namespace

Result<RecordFacts> SealSqlite(const fs::path& file, std::string_view location, PartsWriter& writer,
                               const std::function<bool()>& cancelled) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const BackupTurn turn(folder);
  FAIRLINE_TRY(turn.Take());
  const TemporaryCopy copy(folder / kCopyFile);
  FAIRLINE_TRY(CheckRoom(file, location));
  FAIRLINE_TRY(CopySqlite(file, copy.path(), cancelled));
  const auto read_facts = [&]() -> Result<RecordFacts> {
    const auto database = FAIRLINE_TRY(OpenSqlite(copy.path()));
    return ReadFacts(*database);
  };
  RecordFacts facts = FAIRLINE_TRY(read_facts());
  FAIRLINE_TRY(CheckSqlite(copy.path()));
  FAIRLINE_TRY(SendFile(copy.path(), [&](std::string_view bytes) -> Status {
    if (cancelled()) return Fail(ErrorCode::kCancelled, "the backup was stopped");
    return writer.Write(bytes);
  }));
  return facts;
}

Status SendFile(const fs::path& file, const ByteSink& sink) {
  const FileBlocks blocks = FAIRLINE_TRY(FileBlocks::Open(file));
  for (uint64_t offset = 0; offset < blocks.size(); offset += kBlockBytes) {
    FAIRLINE_TRY(sink(FAIRLINE_TRY(blocks.Read(offset, kBlockBytes))));
  }
  return {};
}

}  // namespace fairline
