// See drill.h.
#include "fairline/governance/drill.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/replay.h"
#include "fairline/decisioning/vault.h"
#include "fairline/governance/backup_wal.h"
#include "fairline/governance/restore.h"
#include "fairline/registry/registry.h"

namespace fairline {
namespace {

std::string DurationText(double seconds) {
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<int64_t>(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

void Check(DrillReport& report, std::string name, bool passed, std::string finding) {
  report.checks.push_back({std::move(name), passed, std::move(finding)});
}

// With an archived log everything up to its newest segment comes back, else up to the backup.
Status MeasureLoss(const BackupPlace& place, const BackupManifest& manifest,
                   const DrillRequest& request, int64_t now_micros, DrillReport& report) {
  int64_t safe_until = manifest.created_at_micros;
  std::string what = "the newest backup";
  if (manifest.kind == DatabaseKind::kPostgres) {
    const auto archived = FAIRLINE_TRY(NewestWalMicros(place.store));
    if (archived && *archived > safe_until) {
      safe_until = *archived;
      what = "the newest segment of the archived log";
    }
  }
  report.rpo_seconds = static_cast<double>(std::max<int64_t>(0, now_micros - safe_until)) / 1e6;
  const auto goal = static_cast<double>(request.rpo_goal_seconds);
  Check(report, "RPO", report.rpo_seconds <= goal,
        fmt::format("{} since {} (goal {})", DurationText(report.rpo_seconds), what,
                    DurationText(goal)));
  return {};
}

// Equal steps of time between the first and the last decision; the next one at each.
Result<std::vector<std::string>> SampleDecisions(Database& database, int64_t count) {
  std::vector<std::string> sample;
  const auto ends = FAIRLINE_TRY(
      database.Query("SELECT created_at FROM decisions WHERE id = (SELECT id FROM decisions ORDER "
                     "BY id LIMIT 1) UNION ALL SELECT created_at FROM decisions WHERE id = (SELECT "
                     "id FROM decisions ORDER BY id DESC LIMIT 1)"));
  if (ends.size() < 2) return sample;
  const int64_t first = FAIRLINE_TRY(ParseTimestamp(std::get<std::string>(ends[0][0])));
  const int64_t last = FAIRLINE_TRY(ParseTimestamp(std::get<std::string>(ends[1][0])));
  for (int64_t i = 0; i < count; ++i) {
    const int64_t moment = first + (last - first) / std::max<int64_t>(1, count) * i;
    const std::string floor = std::max(UuidFloor(moment), sample.empty() ? "" : sample.back());
    const auto next = FAIRLINE_TRY(database.Query(
        sample.empty() ? "SELECT id FROM decisions WHERE id >= $1 ORDER BY id LIMIT 1"
                       : "SELECT id FROM decisions WHERE id > $1 ORDER BY id LIMIT 1",
        {floor}));
    if (next.empty()) break;
    sample.push_back(std::get<std::string>(next[0][0]));
  }
  return sample;
}

Status Replay(RestoredStore& restored, const BackupPlace& place, const DrillRequest& request,
              const BackupActor& actor, DrillReport& report) {
  Database& database = *restored.database;
  Registry registry(database, *restored.objects, actor.clock, actor.ids);
  const auto vault = FAIRLINE_TRY(Vault::Open(database, place.keyring));
  Replayer replayer(registry);
  std::string differing;
  for (const std::string& id : FAIRLINE_TRY(SampleDecisions(database, request.replays))) {
    const DecisionRecord record = FAIRLINE_TRY(LoadDecision(database, *vault, id));
    if (record.erased_at_micros) {
      ++report.replays_erased;
      continue;
    }
    ++report.replayed;
    const auto differences = FAIRLINE_TRY(replayer.Replay(record));
    if (differences.empty()) {
      ++report.replays_equal;
    } else if (differing.empty()) {
      differing = fmt::format("; {} differs in {}", id, differences.front().field);
    }
  }
  const std::string erased =
      report.replays_erased == 0 ? "" : fmt::format(", {} erased", report.replays_erased);
  Check(report, "replays", report.replays_equal == report.replayed,
        fmt::format("{} of {} decisions bit-equal{}{}", report.replays_equal, report.replayed,
                    erased, differing));
  return {};
}

Status CheckRestored(const BackupPlace& place, const BackupManifest& manifest,
                     const DrillRequest& request, const BackupActor& actor, DrillReport& report) {
  RestoredStore restored = FAIRLINE_TRY(OpenRestored(request.into, manifest));
  const RecordFacts facts = FAIRLINE_TRY(ReadFacts(*restored.database));
  report.decisions = facts.decisions;
  report.newest_decision_at = facts.newest_decision_at;
  Check(report, "decisions", true,
        fmt::format("{}, {} in the manifest; the newest of {}", facts.decisions,
                    manifest.facts.decisions,
                    facts.newest_decision_at.empty() ? "never" : facts.newest_decision_at));
  return Replay(restored, place, request, actor, report);
}

// A ledger that does not verify is a line of the report; the drill goes on.
RestoreRequest RestoreRequestOf(const DrillRequest& request) {
  RestoreRequest restore;
  restore.into = request.into;
  restore.erasure_lists = request.erasure_lists;
  restore.cancelled = request.cancelled;
  restore.accept_ledger_findings = true;
  return restore;
}

// Damage is what a drill is there to find; anything else means that it could not be held.
bool IsFinding(const Error& error) {
  return error.code == ErrorCode::kDataLoss || error.code == ErrorCode::kNotFound;
}

}  // namespace

bool DrillReport::passed() const { return std::ranges::all_of(checks, &DrillCheck::passed); }

Json DrillReport::ToJson() const {
  Json json = Json::Object{{"backup_id", backup_id},
                           {"backup_created_at", made_at},
                           {"passed", passed()},
                           {"rpo_seconds", rpo_seconds},
                           {"rto_seconds", rto_seconds},
                           {"decisions", decisions},
                           {"newest_decision_at", newest_decision_at},
                           {"replayed", replayed},
                           {"replays_equal", replays_equal},
                           {"replays_erased", replays_erased}};
  json["checks"] = Json::MakeArray();
  for (const DrillCheck& check : checks) {
    json["checks"].Append(
        Json::Object{{"name", check.name}, {"passed", check.passed}, {"finding", check.finding}});
  }
  return json;
}

std::string DrillReport::Text() const {
  std::string text = fmt::format("drill with the backup {} of {}\n", backup_id, made_at);
  for (const DrillCheck& check : checks) {
    text +=
        fmt::format("{:<4}  {:<10} {}\n", check.passed ? "ok" : "FAIL", check.name, check.finding);
  }
  return text + (passed() ? "the drill passed\n" : "the drill FAILED\n");
}

Result<DrillReport> RunDrill(const BackupPlace& place, const DrillRequest& request,
                             const BackupActor& actor) {
  const int64_t started_at = actor.clock.NowMicros();
  const int64_t start = actor.clock.MonotonicMicros();
  const BackupManifest manifest =
      FAIRLINE_TRY(request.id ? LoadManifest(place.store, *request.id, place.keyring)
                              : LatestBackup(place.store, place.keyring));
  DrillReport report;
  report.backup_id = manifest.id;
  report.made_at = FormatTimestamp(manifest.created_at_micros);
  FAIRLINE_TRY(MeasureLoss(place, manifest, request, started_at, report));

  Status held;
  const auto restored = RestoreBackup(place, manifest, RestoreRequestOf(request), actor);
  if (!restored) {
    held = std::unexpected(restored.error());
  } else {
    Check(report, "restored", true,
          fmt::format("{} and {} objects, every part genuine", BytesText(manifest.database_bytes),
                      manifest.objects.size()));
    const auto& findings = restored->ledger_findings;
    Check(report, "ledger", findings.empty(),
          findings.empty() ? fmt::format("{} events verify", restored->ledger_events)
                           : findings.front());
    held = CheckRestored(place, manifest, request, actor, report);
  }
  if (!held && !IsFinding(held.error())) return std::unexpected(std::move(held).error());
  if (!held) Check(report, "restored", false, held.error().message);
  report.rto_seconds = static_cast<double>(actor.clock.MonotonicMicros() - start) / 1e6;
  const auto goal = static_cast<double>(request.rto_goal_seconds);
  Check(report, "RTO", held && report.rto_seconds <= goal,
        fmt::format("{} until restored and verified (goal {})", DurationText(report.rto_seconds),
                    DurationText(goal)));
  return report;
}

}  // namespace fairline
