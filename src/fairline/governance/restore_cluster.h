// A restored PostgreSQL cluster, run for ourselves alone: on a socket in a folder of its own, with
// none of the settings of the place it came from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/governance/backup_process.h"

namespace fairline {

struct RecoveryGoal {
  bool recover = false;                 // from the archived log
  std::optional<int64_t> until_micros;  // no further than this moment
  std::function<bool()> cancelled = [] { return false; };
};

class PrivateCluster {
 public:
  /// Starts it and waits until it takes connections, which is after recovery; segments of the log
  /// are taken from the folder `wal`. Root runs it as the user `postgres`, as PostgreSQL refuses to
  /// run as root. kNotFound when its server programs are not installed; kUnavailable with the end
  /// of its log when it does not start.
  static Result<std::unique_ptr<PrivateCluster>> Start(const std::filesystem::path& data,
                                                       const std::filesystem::path& wal,
                                                       const RecoveryGoal& goal);
  PrivateCluster(const PrivateCluster&) = delete;
  PrivateCluster& operator=(const PrivateCluster&) = delete;
  /// Shuts it down.
  ~PrivateCluster();

  /// For OpenDatabase.
  std::string Url(const std::string& user, const std::string& database) const;

 private:
  PrivateCluster(std::filesystem::path folder, ChildProcess server);
  Status AwaitReady(const std::string& is_ready, const std::function<bool()>& cancelled);

  const std::filesystem::path folder_;  // of the socket
  ChildProcess server_;
};

/// What to put before a command so that it runs as the user `postgres` when we are root.
std::vector<std::string> AsPostgresUser();
/// Gives the folder and all in it to that user when we are root.
Status GiveToPostgresUser(const std::filesystem::path& folder);

}  // namespace fairline
