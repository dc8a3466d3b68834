// A rehearsal of the disaster: the newest backup is restored, checked and used, and the clock is
// held against what was promised.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/governance/backup.h"

namespace fairline {

struct DrillRequest {
  std::filesystem::path into;               // absent or empty; stays there after the drill
  std::optional<std::string> id;            // default: the newest backup
  std::vector<ObjectStore*> erasure_lists;  // as RestoreRequest's
  Cancelled cancelled = [] { return false; };
  int64_t replays = 100;  // decisions to decide again, spread over time
  int64_t rpo_goal_seconds = 15 * 60;
  int64_t rto_goal_seconds = 60 * 60;
};

struct DrillCheck {
  std::string name;  // "ledger"
  bool passed = false;
  std::string finding;  // a sentence's worth
};

struct DrillReport {
  std::string backup_id;
  std::string made_at;
  int64_t decisions = 0;           // in the restored store
  std::string newest_decision_at;  // empty: there are none
  int64_t replayed = 0, replays_equal = 0, replays_erased = 0;
  double rpo_seconds = 0;          // what would be lost if the live store were gone now
  double rto_seconds = 0;          // until the restored store was verified
  std::vector<DrillCheck> checks;  // in the order they were made

  bool passed() const;
  Json ToJson() const;
  /// For people: a line per check, the verdict last.
  std::string Text() const;
};

/// A check that fails is a finding of the report; an error is a drill that could not be held (a
/// location that does not answer, no backup there, a master key that is missing).
Result<DrillReport> RunDrill(const BackupPlace& place, const DrillRequest& request,
                             const BackupActor& actor);

}  // namespace fairline
