// Backups of a SQLite store: made, looked through, damaged in every way, thrown away.
#include "fairline/governance/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "fairline/core/file.h"
#include "fairline/core/hash.h"
#include "fairline/governance/backup_object.h"
#include "fairline/governance/backup_space.h"
#include "fairline/governance/backup_test_store.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kMicrosPerDay = int64_t{86'400} * 1'000'000;

/// What verifying the newest backup says; empty when it is good.
std::string Complaint(BackupTestStore& store) {
  const auto manifest =
      LatestBackup(store.backups == nullptr ? *store.objects : *store.backups, store.keyring);
  if (!manifest) return manifest.error().message;
  const Status verified = VerifyBackup(store.place(), *manifest);
  return verified ? "" : verified.error().message;
}

std::vector<std::string> Keys(const BackupTestStore& store, std::string_view prefix = "") {
  return *store.backups->List(prefix);
}

TEST(BackupTest, HoldsWhatWasThere) {
  BackupTestStore store(20);
  const auto made = store.Create();
  ASSERT_TRUE(made) << made.error().message << made.error().detail;
  EXPECT_EQ(made->facts.decisions, 20);
  EXPECT_GT(made->database_bytes, 4096);
  EXPECT_FALSE(made->objects.empty());
  EXPECT_THAT(*ListBackups(*store.backups), ElementsAre(made->id));
  EXPECT_EQ(Complaint(store), "");
  // The copy is gone, and the ledger knows.
  EXPECT_FALSE(fs::exists(store.folder.path() / "backup.tmp"));
  const auto events = EventsOf(*store.database, "backup", made->id);
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->front().action, "backup.create");
}

TEST(BackupTest, NothingIsInClear) {
  BackupTestStore store(5);
  ASSERT_TRUE(store.Create());
  for (const std::string& key : Keys(store)) {
    if (key.starts_with("manifests/")) continue;
    const std::string bytes = *store.backups->Get(key);
    EXPECT_EQ(bytes.find("SQLite format 3"), std::string::npos) << key;
    EXPECT_EQ(bytes.find("num_leaves"), std::string::npos) << key;
  }
}

TEST(BackupTest, AnObjectIsCopiedOnce) {
  BackupTestStore store(1);
  ASSERT_TRUE(store.Create());
  std::map<std::string, std::string> before;
  for (const auto& key : Keys(store, "objects/")) before[key] = *store.backups->Get(key);
  ASSERT_FALSE(before.empty());
  const auto second = store.Create();
  ASSERT_TRUE(second);
  for (const auto& [key, bytes] : before) EXPECT_EQ(*store.backups->Get(key), bytes) << key;
  EXPECT_EQ(second->objects.size(), before.size());
  EXPECT_EQ(Complaint(store), "");
}

TEST(BackupTest, AnObjectThatWentMissingIsCopiedAgain) {
  BackupTestStore store(1);
  ASSERT_TRUE(store.Create());
  ASSERT_TRUE(store.backups->Delete(Keys(store, "objects/").front()));
  EXPECT_THAT(Complaint(store), HasSubstr("is missing"));
  ASSERT_TRUE(store.Create());
  EXPECT_EQ(Complaint(store), "");
}

TEST(BackupTest, EveryFlippedByteIsFoundAndItsPartNamed) {
  BackupTestStore store(3);
  ASSERT_TRUE(store.Create());
  for (const std::string& key : Keys(store)) {
    const std::string good = *store.backups->Get(key);
    // A large part: its ends and some places between.
    const size_t step = std::max<size_t>(97, good.size() / 50 / 97 * 97);
    for (size_t at = 0; at < good.size(); at += step) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x10);
      ASSERT_TRUE(store.backups->Put(key, bad));
      const std::string complaint = Complaint(store);
      // A changed id or format of the manifest is said by its own sentence.
      if (!key.starts_with("manifests/")) {
        ASSERT_THAT(complaint, HasSubstr(key)) << at;
      }
      ASSERT_NE(complaint, "") << key << " at " << at;
    }
    ASSERT_TRUE(store.backups->Put(key, good));
  }
  EXPECT_EQ(Complaint(store), "");
}

TEST(BackupTest, EveryTruncationIsFoundAndItsPartNamed) {
  BackupTestStore store(3);
  ASSERT_TRUE(store.Create());
  for (const std::string& key : Keys(store)) {
    const std::string good = *store.backups->Get(key);
    for (const size_t kept :
         {size_t{0}, size_t{1}, good.size() / 2, good.size() - 17, good.size() - 2}) {
      ASSERT_TRUE(store.backups->Put(key, good.substr(0, kept)));
      ASSERT_THAT(Complaint(store), HasSubstr(key)) << kept;
    }
    ASSERT_TRUE(store.backups->Put(key, good + "x"));
    if (!key.starts_with("manifests/")) {
      ASSERT_THAT(Complaint(store), HasSubstr(key));
    }
    ASSERT_TRUE(store.backups->Put(key, good));
  }
}

TEST(BackupTest, AMissingPartIsNamed) {
  BackupTestStore store(3);
  const auto made = store.Create();
  const std::string key = PartKey(DatabasePrefix(made->id), 0);
  ASSERT_TRUE(store.backups->Delete(key));
  EXPECT_THAT(Complaint(store), HasSubstr(key + " is missing"));
}

TEST(BackupTest, AnotherGenuineObjectInItsPlaceIsFound) {
  BackupTestStore store(1);
  const auto made = store.Create();
  const BackedUpObject& object = made->objects.front();
  const std::string key = SharedObjectKey(object.key);
  const std::string other(static_cast<size_t>(object.bytes), 'x');
  ASSERT_TRUE(PutSealedObject(*store.backups, store.keyring, key, other, 0));
  EXPECT_THAT(Complaint(store), HasSubstr(key + " is not what was backed up"));
}

TEST(BackupTest, AManifestOfAnotherBackupIsRefused) {
  BackupTestStore store(3);
  const auto first = store.Create();
  const auto second = store.Create();
  ASSERT_TRUE(first && second);
  const std::string own = *store.backups->Get(ManifestKey(second->id));
  ASSERT_TRUE(
      store.backups->Put(ManifestKey(second->id), *store.backups->Get(ManifestKey(first->id))));
  EXPECT_THAT(Complaint(store), HasSubstr("belongs to another backup"));

  // Also when its id is made to fit, or a figure is changed: only the key makes a MAC.
  std::string forged = *store.backups->Get(ManifestKey(first->id));
  forged.replace(forged.find(first->id), first->id.size(), second->id);
  ASSERT_TRUE(store.backups->Put(ManifestKey(second->id), forged));
  EXPECT_THAT(Complaint(store), HasSubstr("was changed"));
  std::string fewer = own;
  const std::string figure = "\"decisions\": 3";
  ASSERT_NE(fewer.find(figure), fewer.npos);
  fewer.replace(fewer.find(figure), figure.size(), "\"decisions\": 2");
  ASSERT_TRUE(store.backups->Put(ManifestKey(second->id), fewer));
  EXPECT_THAT(Complaint(store), HasSubstr("was changed"));
  ASSERT_TRUE(store.backups->Put(ManifestKey(second->id), own));
  EXPECT_EQ(Complaint(store), "");
}

TEST(BackupTest, APartOfAnotherBackupIsRefused) {
  BackupTestStore store(3);
  const auto first = store.Create();
  const auto second = store.Create();
  const std::string key = PartKey(DatabasePrefix(second->id), 0);
  ASSERT_TRUE(store.backups->Put(key, *store.backups->Get(PartKey(DatabasePrefix(first->id), 0))));
  EXPECT_THAT(Complaint(store), HasSubstr(key));
}

TEST(BackupTest, ANewerFormatIsRefused) {
  BackupTestStore store(1);
  const auto made = store.Create();
  std::string newer = *store.backups->Get(ManifestKey(made->id));
  const std::string format = "\"format\": 1";
  ASSERT_NE(newer.find(format), newer.npos);
  newer.replace(newer.find(format), format.size(), "\"format\": 2, \"new\": {}");
  ASSERT_TRUE(store.backups->Put(ManifestKey(made->id), newer));
  const auto read = LoadManifest(*store.backups, made->id, store.keyring);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(read.error().message, HasSubstr("newer fairline (format 2"));
}

TEST(BackupTest, TheWrongMasterKeySaysWhichIsNeeded) {
  BackupTestStore store(1);
  const auto made = store.Create();
  Keyring other = *Keyring::FromFile(store.folder.path() / "other.key", true);
  const auto read = LoadManifest(*store.backups, made->id, other);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(read.error().message, HasSubstr(store.keyring.ids().front()));
  const auto newest = NewestBackup(*store.backups, other);
  ASSERT_FALSE(newest);
  EXPECT_THAT(newest.error().message, HasSubstr(store.keyring.ids().front()));
}

TEST(BackupTest, ARotatedMasterKeyStillOpensOldBackups) {
  BackupTestStore store(1);
  ASSERT_TRUE(store.Create());
  ASSERT_TRUE(store.keyring.Rotate());
  EXPECT_EQ(Complaint(store), "");
  ASSERT_TRUE(store.Create());
  EXPECT_EQ(Complaint(store), "");
}

TEST(BackupTest, ACancelledBackupLeavesNothing) {
  BackupTestStore store(5);
  const auto made = CreateBackup(store.place(), store.live(), store.actor(), [] { return true; });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kCancelled);
  EXPECT_THAT(Keys(store), IsEmpty());
  EXPECT_FALSE(fs::exists(store.folder.path() / "backup.tmp"));
}

TEST(BackupTest, ALeftoverOfAKilledBackupIsNoHindrance) {
  BackupTestStore store(2);
  ASSERT_TRUE(WriteFileAtomically(store.folder.path() / "backup.tmp", "half"));
  ASSERT_TRUE(store.Create());
  EXPECT_FALSE(fs::exists(store.folder.path() / "backup.tmp"));
}

TEST(BackupTest, ADamagedDatabaseIsNotBackedUp) {
  BackupTestStore store(200);
  store.database.reset();  // the log is copied and gone
  {
    std::fstream file(store.file(), std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(store.file()) / 4096 / 2 * 4096);
    file.seekp(middle);
    file << std::string(4096, '\x5a');
  }
  store.database = *OpenSqlite(store.file());
  const auto made = store.Create();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kDataLoss) << made.error().message;
  EXPECT_THAT(*ListBackups(*store.backups), IsEmpty());
}

TEST(BackupTest, BackupsAmongTheModelsAreRefused) {
  BackupTestStore store(1);
  const fs::path inside = store.folder.path() / "objects" / "backups";
  const auto backups = OpenDiskStore(inside);
  const auto made = CreateBackup({inside.string(), *backups, store.keyring}, store.live(),
                                 store.actor(), [] { return false; });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
}

TEST(BackupTest, TooLittleRoomIsSaidBeforehand) {
  const Status room = CheckSpace({{"/tmp", int64_t{1} << 60, "a copy of the database"},
                                  {"/tmp/not-there-yet", int64_t{1} << 60, "the backup"}});
  ASSERT_FALSE(room);
  EXPECT_THAT(room.error().message, HasSubstr("are needed for a copy of the database"));
  EXPECT_THAT(room.error().message, HasSubstr("and the backup"));
}

TEST(BackupPruneTest, KeepsTheNewestGoodOne) {
  BackupTestStore store(1);
  const auto first = store.Create();
  const auto second = store.Create();
  const auto third = store.Create();
  // The third has lost its database, so the second is the newest good one, however old.
  ASSERT_TRUE(store.backups->Delete(PartKey(DatabasePrefix(third->id), 0)));
  const ManualClock later(SystemClock().NowMicros() + 100 * kMicrosPerDay);

  const auto planned = PruneBackups(store.place(), 30, later, true);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_THAT(planned->backups, ElementsAre(first->id, third->id));
  EXPECT_EQ(ListBackups(*store.backups)->size(), 3u);

  ASSERT_TRUE(PruneBackups(store.place(), 30, later, false));
  EXPECT_THAT(*ListBackups(*store.backups), ElementsAre(second->id));
  EXPECT_EQ(Complaint(store), "");
  EXPECT_THAT(Keys(store, "backups/" + first->id), IsEmpty());
}

TEST(BackupPruneTest, KeepsWhatIsYoungEnough) {
  BackupTestStore store(1);
  ASSERT_TRUE(store.Create());
  ASSERT_TRUE(store.Create());
  const ManualClock soon(SystemClock().NowMicros() + 29 * kMicrosPerDay);
  EXPECT_THAT(PruneBackups(store.place(), 30, soon, false)->backups, IsEmpty());
  EXPECT_EQ(ListBackups(*store.backups)->size(), 2u);
}

TEST(BackupPruneTest, ObjectsOfNoBackupGo) {
  BackupTestStore store(1);
  ASSERT_TRUE(store.Create());
  ASSERT_TRUE(store.backups->Put("objects/bundles/old/model.txt", "sealed long ago"));
  const auto pruned = PruneBackups(store.place(), 30, SystemClock(), false);
  ASSERT_TRUE(pruned);
  EXPECT_EQ(pruned->objects, 1u);
  EXPECT_EQ(Complaint(store), "");
}

TEST(BackupPruneTest, RestsOfUnfinishedBackupsGoAfterADay) {
  BackupTestStore store(1);
  ASSERT_TRUE(store.Create());
  const std::string rest = PartKey(DatabasePrefix(store.ids.Next()), 0);
  ASSERT_TRUE(store.backups->Put(rest, "half"));
  ASSERT_TRUE(PruneBackups(store.place(), 30, SystemClock(), false));
  EXPECT_TRUE(store.backups->Get(rest));
  const ManualClock later(SystemClock().NowMicros() + 2 * kMicrosPerDay);
  ASSERT_TRUE(PruneBackups(store.place(), 30, later, false));
  EXPECT_FALSE(store.backups->Get(rest));
}

TEST(BackupPruneTest, NothingGoesWhenNothingIsGood) {
  BackupTestStore store(1);
  const auto made = store.Create();
  ASSERT_TRUE(store.backups->Delete(PartKey(DatabasePrefix(made->id), 0)));
  const ManualClock later(SystemClock().NowMicros() + 100 * kMicrosPerDay);
  const auto pruned = PruneBackups(store.place(), 30, later, false);
  ASSERT_FALSE(pruned);
  EXPECT_EQ(pruned.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(ListBackups(*store.backups)->size(), 1u);
}

}  // namespace
}  // namespace fairline
