// A live store with decisions, and places for its backups, for tests.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "fairline/core/check.h"
#include "fairline/core/metrics.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/test_deployment.h"
#include "fairline/governance/backup.h"

namespace fairline {

struct BackupTestStore : TestStore {
  explicit BackupTestStore(int decisions = 20) { Record(decisions); }

  /// Committed when it returns.
  void Record(int decisions) {
    Metrics metrics;
    DecisionWriter writer(*database, *vault, ids, metrics);
    std::atomic<int> answered = 0;
    for (int i = 0; i < decisions; ++i) {
      writer.Submit(Decided(200'000 + 10'000.0 * (i % 30)), {}, [&](Result<Committed> result) {
        FAIRLINE_CHECK(result, "commits");
        ++answered;
      });
    }
    while (answered < decisions) std::this_thread::yield();
  }

  LiveStore live() {
    return {fmt::format("sqlite://{}", file().string()), *database,
            (folder.path() / "objects").string(), *objects};
  }
  BackupActor actor() { return {"ada", "0.0.0", *clock, ids}; }
  BackupPlace place() { return {backups_folder().string(), *backups, keyring}; }
  std::filesystem::path backups_folder() const { return folder.path() / "backups"; }

  Result<BackupManifest> Create() {
    return CreateBackup(place(), live(), actor(), [] { return false; });
  }

  const Clock* clock = &SystemClock();
  std::unique_ptr<ObjectStore> backups = OpenDiskStore(backups_folder());
};

}  // namespace fairline
