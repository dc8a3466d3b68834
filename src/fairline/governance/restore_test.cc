// The way back from a backup, and the drill.
#include "fairline/governance/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/core/file.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/replay.h"
#include "fairline/governance/backup_test_store.h"
#include "fairline/governance/drill.h"
#include "fairline/governance/erasure.h"
#include "fairline/ledger/sequencer.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<std::string> DecisionIds(Database& database) {
  std::vector<std::string> ids;
  const auto rows = *database.Query("SELECT id FROM decisions ORDER BY id");
  for (const Row& row : rows) {
    ids.push_back(std::get<std::string>(row[0]));
  }
  return ids;
}

TEST(RestoreTest, GivesTheSameRecordBack) {
  BackupTestStore store(40);
  const auto before = DecisionIds(*store.database);
  const auto made = store.Create();
  ASSERT_TRUE(made);
  store.Record(7);

  const fs::path into = store.folder.path() / "restored";
  const auto done = RestoreBackup(store.place(), *made, {into}, store.actor());
  ASSERT_TRUE(done) << done.error().message << " " << done.error().detail;
  RestoredStore restored = *OpenRestored(into, *made);
  EXPECT_EQ(DecisionIds(*restored.database), before);
  EXPECT_EQ(EventsOf(*restored.database, "backup", made->id)->back().action, "backup.restore");

  Registry registry(*restored.database, *restored.objects, SystemClock(), store.ids);
  const auto vault = *Vault::Open(*restored.database, store.keyring);
  Replayer replayer(registry);
  for (const std::string& id : before) {
    const auto differences = replayer.Replay(*LoadDecision(*restored.database, *vault, id));
    ASSERT_TRUE(differences) << differences.error().message;
    EXPECT_TRUE(differences->empty()) << id;
  }
}

TEST(RestoreTest, ADatabaseThatHoldsLessThanItsManifestIsRefused) {
  BackupTestStore store(3);
  auto made = store.Create();
  ++made->facts.decisions;
  const fs::path into = store.folder.path() / "restored";
  const auto refused = RestoreBackup(store.place(), *made, {into}, store.actor());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("3 decisions"));
  EXPECT_FALSE(fs::exists(into));
}

TEST(RestoreTest, AFolderThatIsNotEmptyStaysAsItIs) {
  BackupTestStore store(2);
  const auto made = store.Create();
  const fs::path into = store.folder.path() / "restored";
  ASSERT_TRUE(WriteFileAtomically(into / "mine", "kept"));
  const auto refused = RestoreBackup(store.place(), *made, {into}, store.actor());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(*ReadFile(into / "mine", 100), "kept");
  EXPECT_EQ(std::distance(fs::directory_iterator(into), {}), 1);
}

TEST(RestoreTest, AnEmptyFolderIsFilled) {
  BackupTestStore store(2);
  const auto made = store.Create();
  const fs::path into = store.folder.path() / "restored";
  fs::create_directory(into);
  ASSERT_TRUE(RestoreBackup(store.place(), *made, {into.string() + "/"}, store.actor()));
  EXPECT_TRUE(fs::exists(into / kRestoredSqlite));
}

TEST(RestoreTest, DamageLeavesNothingBehind) {
  BackupTestStore store(2);
  const auto made = store.Create();
  const std::string key = PartKey(DatabasePrefix(made->id), 0);
  std::string bytes = *store.backups->Get(key);
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(store.backups->Put(key, bytes));
  const fs::path parent = store.folder.path() / "place";
  const auto refused = RestoreBackup(store.place(), *made, {parent / "restored"}, store.actor());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(refused.error().message, HasSubstr(key));
  EXPECT_TRUE(fs::is_empty(parent));
}

TEST(RestoreTest, ALedgerThatWasChangedIsRefusedUnlessAskedFor) {
  BackupTestStore store(5);
  Metrics metrics;
  ASSERT_TRUE(
      *Sequencer(*store.database, store.keyring, SystemClock(), metrics, {}).RunRound(true));
  ASSERT_TRUE(store.database->Write([](Transaction& transaction) {
    return transaction.Execute("UPDATE audit_payloads SET user_id = 'eve' WHERE seq = 2");
  }));
  const auto made = store.Create();
  RestoreRequest request{store.folder.path() / "restored"};
  const auto refused = RestoreBackup(store.place(), *made, request, store.actor());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(refused.error().message, HasSubstr("does not verify"));
  EXPECT_FALSE(fs::exists(request.into));

  DrillRequest drill;
  drill.into = store.folder.path() / "drill";
  const auto report = RunDrill(store.place(), drill, store.actor());
  ASSERT_TRUE(report);
  EXPECT_THAT(report->Text(), HasSubstr("FAIL  ledger"));

  request.accept_ledger_findings = true;
  const auto accepted = RestoreBackup(store.place(), *made, request, store.actor());
  ASSERT_TRUE(accepted);
  EXPECT_FALSE(accepted->ledger_findings.empty());
}

TEST(RestoreTest, ALedgerRewrittenWholeDiffersFromTheManifestsCheckpoint) {
  BackupTestStore store(5);
  Metrics metrics;
  ASSERT_TRUE(
      *Sequencer(*store.database, store.keyring, SystemClock(), metrics, {}).RunRound(true));
  auto made = store.Create();
  ASSERT_FALSE(made->facts.ledger_checkpoint.empty());
  // A manifest that promises what the database does not hold.
  BackupTestStore other(5);
  ASSERT_TRUE(
      *Sequencer(*other.database, other.keyring, SystemClock(), metrics, {}).RunRound(true));
  made->facts.ledger_checkpoint = other.Create()->facts.ledger_checkpoint;
  const auto refused =
      RestoreBackup(store.place(), *made, {store.folder.path() / "restored"}, store.actor());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("the backup's manifest"));
}

TEST(RestoreTest, WhoWasErasedSinceStaysErased) {
  BackupTestStore store(5);
  const auto made = store.Create();
  const auto applicant = std::get<std::string>(
      store.database->Query("SELECT id FROM applicants ORDER BY id LIMIT 1")->front()[0]);
  ObjectStore* const lists[] = {store.backups.get()};
  const auto erased = EraseApplicant(*store.database, *store.vault, store.ids, SystemClock(), lists,
                                     applicant, "ada");
  ASSERT_TRUE(erased) << erased.error().message;

  const fs::path into = store.folder.path() / "restored";
  ASSERT_TRUE(RestoreBackup(store.place(), *made, {into}, store.actor()));
  RestoredStore restored = *OpenRestored(into, *made);
  const auto rows = restored.database->Query(
      "SELECT wrapped_key, erased_at FROM applicants WHERE id = $1", {applicant});
  EXPECT_TRUE(std::holds_alternative<std::monostate>(rows->front()[0]));
  EXPECT_FALSE(std::holds_alternative<std::monostate>(rows->front()[1]));
}

TEST(DrillTest, PassesAndSaysSo) {
  BackupTestStore store(30);
  ASSERT_TRUE(store.Create());
  DrillRequest request;
  request.into = store.folder.path() / "drill";
  request.replays = 10;
  const auto report = RunDrill(store.place(), request, store.actor());
  ASSERT_TRUE(report) << report.error().message << report.error().detail;
  EXPECT_TRUE(report->passed()) << report->Text();
  EXPECT_EQ(report->decisions, 30);
  EXPECT_EQ(report->replayed, 10);
  EXPECT_EQ(report->replays_equal, 10);
  EXPECT_THAT(report->Text(), HasSubstr("the drill passed"));
}

TEST(DrillTest, AnOldBackupMissesTheGoal) {
  BackupTestStore store(3);
  const auto made = store.Create();
  const ManualClock later(made->created_at_micros + int64_t{16} * 60 * 1'000'000);
  store.clock = &later;
  DrillRequest request;
  request.into = store.folder.path() / "drill";
  const auto report = RunDrill(store.place(), request, store.actor());
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->passed());
  EXPECT_DOUBLE_EQ(report->rpo_seconds, 16 * 60);
  EXPECT_THAT(report->Text(), HasSubstr("FAIL  RPO"));
}

TEST(DrillTest, DamageIsAFinding) {
  BackupTestStore store(3);
  const auto made = store.Create();
  ASSERT_TRUE(store.backups->Delete(PartKey(DatabasePrefix(made->id), 0)));
  DrillRequest request;
  request.into = store.folder.path() / "drill";
  const auto report = RunDrill(store.place(), request, store.actor());
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->passed());
  EXPECT_THAT(report->Text(), HasSubstr("is missing"));
  EXPECT_FALSE(fs::exists(request.into));
}

TEST(DrillTest, NoBackupIsAnError) {
  BackupTestStore store(1);
  DrillRequest request;
  request.into = store.folder.path() / "drill";
  const auto report = RunDrill(store.place(), request, store.actor());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace fairline
