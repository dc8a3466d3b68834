// `fairline backup archive-wal` and `fetch-wal`: what PostgreSQL calls for its log. They need no
// database and hold one segment in memory.
#include "fairline/governance/backup_wal.h"

#include <memory>

#include "fairline/cli/backup_place.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/settings.h"

namespace fairline {
namespace {

// PostgreSQL takes any exit code up to 125 of its restore_command for "that segment does not exist"
// and would end its recovery there; above it stops and says so.
constexpr ExitCode kStopRecovery{200};

struct Arguments {
  std::string path, name;
  std::optional<std::string> location;
};

CommandResult Archive(const Arguments& arguments, Context& context) {
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.location));
  FAIRLINE_TRY(ArchiveWal(opened->place(), arguments.path, arguments.name, SystemClock()));
  return ExitCode::kOk;
}

Status FetchSegment(const Arguments& arguments, const Context& context) {
  const auto opened = FAIRLINE_TRY(OpenedPlace::Open(context.config, arguments.location));
  return FetchWal(opened->place(), arguments.name, arguments.path);
}

CommandResult Fetch(const Arguments& arguments, Context& context) {
  if (Status fetched = FetchSegment(arguments, context); !fetched) {
    Failure failure(std::move(fetched).error());
    if (failure.error.code != ErrorCode::kNotFound) failure.exit_code = kStopRecovery;
    return std::unexpected(std::move(failure));
  }
  return ExitCode::kOk;
}

Action DefineArchive(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("PATH", "", &arguments->path, "The segment's file: %p");
  options.Required("NAME", "", &arguments->name, "Its name: %f");
  DeclareLocation(options, "--to", &arguments->location);
  DeclareStorage(options);
  return [arguments](Context& context) { return Archive(*arguments, context); };
}

Action DefineFetch(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("NAME", "", &arguments->name, "The segment's name: %f");
  options.Required("PATH", "", &arguments->path, "The file to write: %p");
  DeclareLocation(options, "--from", &arguments->location);
  DeclareStorage(options);
  return [arguments](Context& context) { return Fetch(*arguments, context); };
}

}  // namespace

Command BackupArchiveWalCommand() {
  return {"backup archive-wal", "PostgreSQL's archive_command: back up a segment of its log",
          "archive_command = 'fairline --config /etc/fairline.yaml backup archive-wal %p %f'",
          DefineArchive};
}

Command BackupFetchWalCommand() {
  return {"backup fetch-wal", "PostgreSQL's restore_command: bring a segment back",
          "restore_command = 'fairline --config /etc/fairline.yaml backup fetch-wal %f %p'",
          DefineFetch};
}

}  // namespace fairline
