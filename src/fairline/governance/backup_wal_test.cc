// PostgreSQL's log in the location of the backups.
#include "fairline/governance/backup_wal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/core/file.h"
#include "fairline/governance/backup_object.h"
#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class BackupWalTest : public ::testing::Test {
 protected:
  Status Archive(std::string_view name, std::string_view bytes) {
    EXPECT_TRUE(WriteFileAtomically(file_, bytes));
    return ArchiveWal(place_, file_, name, clock_);
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "segment";
  std::unique_ptr<ObjectStore> store_ = OpenDiskStore(folder_.path() / "backups");
  Keyring keyring_ = *Keyring::FromFile(folder_.path() / "master.key", true);
  BackupPlace place_{"backups", *store_, keyring_};
  ManualClock clock_{1'000'000};
};

TEST_F(BackupWalTest, ASegmentComesBack) {
  const std::string bytes(100'000, '\x17');
  ASSERT_TRUE(Archive("000000010000000000000002", bytes));
  const auto fetched = folder_.path() / "fetched";
  ASSERT_TRUE(FetchWal(place_, "000000010000000000000002", fetched));
  EXPECT_EQ(*ReadFile(fetched, 1 << 20), bytes);
  EXPECT_EQ(FetchWal(place_, "000000010000000000000003", fetched).error().code,
            ErrorCode::kNotFound);
}

TEST_F(BackupWalTest, TheSameAgainIsFineAnotherIsNot) {
  ASSERT_TRUE(Archive("000000010000000000000002", "one"));
  EXPECT_TRUE(Archive("000000010000000000000002", "one"));
  const Status other = Archive("000000010000000000000002", "two");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kAlreadyExists);
}

TEST_F(BackupWalTest, OtherNamesAreRefused) {
  for (const char* name : {"", "x", "../../etc/passwd", "00000001000000000000000g", "wal/1",
                           "000000010000000000000002.exe", "00000001000000000000000"}) {
    EXPECT_EQ(Archive(name, "x").error().code, ErrorCode::kInvalidArgument) << name;
  }
  EXPECT_TRUE(Archive("00000002.history", "x"));
  EXPECT_TRUE(Archive("000000010000000000000002.00000028.backup", "x"));
  EXPECT_TRUE(Archive("000000010000000000000002.partial", "x"));
}

TEST_F(BackupWalTest, DamageIsNamed) {
  ASSERT_TRUE(Archive("000000010000000000000002", "segment"));
  const std::string key = store_->List("wal/")->front();
  std::string bytes = *store_->Get(key);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(store_->Put(key, bytes));
  const Status fetched = FetchWal(place_, "000000010000000000000002", folder_.path() / "fetched");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(fetched.error().message, HasSubstr(key));
}

TEST_F(BackupWalTest, ASegmentCannotPassForAnother) {
  ASSERT_TRUE(Archive("000000010000000000000002", "segment"));
  const std::string sealed = *store_->Get(store_->List("wal/")->front());
  ASSERT_TRUE(store_->Put("wal/000000010000000000000003.1000000", sealed));
  EXPECT_EQ(FetchWal(place_, "000000010000000000000003", folder_.path() / "fetched").error().code,
            ErrorCode::kDataLoss);
}

TEST_F(BackupWalTest, ListsWhatABackupNeeds) {
  for (const char* name :
       {"000000010000000000000001", "000000010000000000000002", "000000010000000000000003",
        "000000020000000000000001", "000000020000000000000003", "00000002.history",
        "000000010000000000000003.partial"}) {
    ASSERT_TRUE(Archive(name, name));
    clock_.Advance(1'000'000);
  }
  EXPECT_THAT(*WalFrom(*store_, "000000010000000000000002"),
              UnorderedElementsAre("00000002.history", "000000010000000000000002",
                                   "000000010000000000000003", "000000020000000000000003"));
  EXPECT_THAT(*WalFrom(*store_, "000000020000000000000001"),
              UnorderedElementsAre("00000002.history", "000000020000000000000001",
                                   "000000020000000000000003"));
  EXPECT_EQ(*NewestWalMicros(*store_), 5'000'000);
}

}  // namespace
}  // namespace fairline
