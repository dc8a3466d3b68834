// A rotation leaves every record readable, with the old master key gone.
#include "fairline/governance/key_rotation.h"

#include <gtest/gtest.h>

#include "fairline/governance/test_records.h"

namespace fairline {
namespace {

TEST(KeyRotationTest, EverythingOpensWithoutTheOldKey) {
  TestRecords records;
  const DecisionRecord before = records.Store("100001");
  ASSERT_TRUE(records.keyring.Rotate());
  const DecisionRecord between = records.Store("100002");  // wrapped by the new key already
  const auto rewrapped = RewrapKeys(*records.database, records.keyring, *records.vault);
  ASSERT_TRUE(rewrapped) << rewrapped.error().message;
  EXPECT_EQ(*rewrapped, 2);  // the index key and the first applicant's
  EXPECT_EQ(*RewrapKeys(*records.database, records.keyring, *records.vault), 0);
  ASSERT_TRUE(records.keyring.Retire());

  Keyring only_new = *Keyring::FromFile(records.folder.path() / "master.key", false);
  ASSERT_EQ(only_new.ids().size(), 1);
  const auto vault = Vault::Open(*records.database, only_new);
  ASSERT_TRUE(vault) << vault.error().message;
  for (const DecisionRecord* record : {&before, &between}) {
    const auto read = LoadDecision(*records.database, **vault, record->decision_id);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->application.features, record->application.features);
  }
}

TEST(KeyRotationTest, ARunningProcessLearnsTheNewKeyFromTheFile) {
  TestRecords records;
  Keyring other = *Keyring::FromFile(records.folder.path() / "master.key", false);
  const auto other_vault = Vault::Open(*records.database, other);
  ASSERT_TRUE(records.keyring.Rotate());
  const DecisionRecord record = records.Store("100001");
  EXPECT_TRUE(LoadDecision(*records.database, **other_vault, record.decision_id));
}

}  // namespace
}  // namespace fairline
