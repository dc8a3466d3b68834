// Every event under a checkpoint has a proof that holds, every pair of checkpoints one of growth;
// an export has every event once. Both are checked from outside by tests/verifier.
#include "fairline/ledger/proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/core/encoding.h"
#include "fairline/ledger/export.h"
#include "fairline/ledger/test_ledger.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

class ProofTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override {
    if (!TestDatabase::Available(GetParam())) GTEST_SKIP() << "no FAIRLINE_TEST_POSTGRES";
    ledger_.emplace(GetParam());
    Metrics metrics;
    Sequencer sequencer(database(), ledger_->keyring(), ledger_->clock(), metrics, {});
    for (const size_t count : {3, 300, 11}) {
      ledger_->Add(count, count % 2);
      ledger_->Add(2, 2);
      ASSERT_TRUE(sequencer.RunRound(true).value());
    }
    ledger_->Add(4, 1);
  }
  Database& database() { return ledger_->database(); }

  std::vector<Json> Export(int64_t first_index) {
    std::vector<Json> lines;
    const ExportOptions options{.first_index = first_index,
                                .write = [&](std::string_view line) -> Status {
                                  lines.push_back(FAIRLINE_TRY(Json::Parse(line)));
                                  return {};
                                }};
    summary_ = ExportLedger(database(), options).value();
    return lines;
  }

  std::optional<TestLedger> ledger_;
  ExportSummary summary_;
};

INSTANTIATE_TEST_SUITE_P(Each, ProofTest, kBothDatabases, KindName);

TEST_P(ProofTest, EveryEventHasAProof) {
  const std::vector<std::string> leaves = ledger_->Leaves();
  ASSERT_EQ(leaves.size(), 320u);
  for (int64_t index = 0; index < 320; index += 13) {
    const EventPlace place = PlaceAtIndex(database(), index).value();
    const auto proof = ProveEvent(database(), place, {});
    ASSERT_TRUE(proof) << proof.error().message;
    EXPECT_EQ(proof->event.Leaf(), leaves[static_cast<size_t>(index)]);
    EXPECT_EQ(proof->checkpoint.tree_size, 320);
    EXPECT_EQ(PlaceOfEvent(database(), proof->event.event_id)->index, index);
  }
  const auto early = ProveEvent(database(), PlaceAtIndex(database(), 4).value(), 5);
  EXPECT_EQ(early->checkpoint.tree_size, 5);
  const auto late = ProveEvent(database(), PlaceAtIndex(database(), 5).value(), 5);
  EXPECT_EQ(late.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(ProveEvent(database(), {1, 0, 0}, 77).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(PlaceAtIndex(database(), 320).error().code, ErrorCode::kNotFound);
}

TEST_P(ProofTest, ACheckpointGrowsIntoEveryLaterOne) {
  for (const int64_t from : {5, 307, 320}) {
    for (const int64_t to : {5, 307, 320}) {
      const auto proof = ProveGrowth(database(), from, to);
      EXPECT_EQ(proof.has_value(), from <= to) << from << " " << to;
      if (!proof) {
        EXPECT_EQ(proof.error().code, ErrorCode::kInvalidArgument);
      }
    }
  }
}

TEST_P(ProofTest, AChangedLedgerHasNone) {
  ASSERT_TRUE(database().Write([&](Transaction& transaction) {
    return transaction.Execute("UPDATE ledger_events SET commitment = $1 WHERE seq = 1",
                               {Blob{std::string(32, '\0')}});
  }));
  const EventPlace place = PlaceAtIndex(database(), 1).value();
  const auto proof = ProveEvent(database(), place, {});
  EXPECT_EQ(proof.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(proof.error().message, HasSubstr("fairline audit verify"));
}

TEST_P(ProofTest, AnExportHasEveryEventOnce) {
  for (const int64_t first : {int64_t{0}, int64_t{5}, int64_t{150}, int64_t{320}}) {
    const std::vector<Json> lines = Export(first);
    int64_t index = first, not_ordered = 0, notes = 0;
    for (size_t i = 1; i < lines.size(); ++i) {
      if (lines[i].Find("checkpoint") != nullptr) {
        ++notes;
      } else if (lines[i].Find("index")->is_null()) {
        ++not_ordered;
      } else {
        EXPECT_EQ(lines[i].Find("index")->integer(), index++);
      }
    }
    EXPECT_EQ(index, 320);
    EXPECT_EQ(not_ordered, 4);
    EXPECT_EQ(notes, first <= 5 ? 3 : first == 150 ? 2 : 1);
    EXPECT_EQ(summary_.not_ordered, 4);
    EXPECT_EQ(summary_.erased, 0);
  }
}

// What comes before the beginning is given so that the chains and the tree go on from there.
TEST_P(ProofTest, APartSaysWhatIsBeforeIt) {
  const Json head = Export(150)[0];
  int64_t before = 0;
  for (const Json& chain : head.Find("chains")->array()) {
    const int64_t writer = chain.Find("writer")->integer(),
                  next = chain.Find("next_seq")->integer();
    before += next;
    EventReader reader(database());
    const LedgerEvent* last = reader.Find({writer, next - 1}).value();
    EXPECT_EQ(chain.Find("chain")->string(), ToHex(last->chain));
  }
  EXPECT_EQ(before, 150);
  EXPECT_EQ(head.Find("frontier")->array().size(), 4u) << "150 is 128 + 16 + 4 + 2";
}

}  // namespace
}  // namespace fairline
