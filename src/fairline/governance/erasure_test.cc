// After an erasure nothing of the applicant can be read, everything of the others can, and the
// record still has the digest that the ledger knows.
#include "fairline/governance/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairline/core/file.h"
#include "fairline/decisioning/record_rows.h"
#include "fairline/decisioning/replay.h"
#include "fairline/governance/legal_hold.h"
#include "fairline/governance/subjects.h"
#include "fairline/governance/test_records.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ErasureTest : public ::testing::Test {
 protected:
  Result<Erasure> Erase(const std::string& applicant_id) {
    ObjectStore* const lists[] = {records_.objects.get()};
    return EraseApplicant(*records_.database, *records_.vault, records_.ids, SystemClock(), lists,
                          applicant_id, "ada");
  }

  std::string DigestOf(const DecisionRecord& record) {
    const auto rows =
        records_.database->Query(std::string(kSelectRecordDigest), {record.decision_id});
    return RecordDigest(rows->front());
  }

  std::string RecordedDigest(const DecisionRecord& record) {
    const auto events = EventsOf(*records_.database, "decision", record.decision_id);
    return events->front().metadata.Find("record")->string();
  }

  TestRecords records_;
};

TEST_F(ErasureTest, DestroysTheDataAndKeepsTheDecision) {
  const DecisionRecord first = records_.Store("100001"), second = records_.Store("100001");
  const DecisionRecord other = records_.Store("100002");
  ASSERT_EQ(first.applicant_id, second.applicant_id);
  EXPECT_EQ(DigestOf(first), RecordedDigest(first));

  const auto erasure = Erase(first.applicant_id);
  ASSERT_TRUE(erasure) << erasure.error().message;
  EXPECT_EQ(erasure->decisions, 2);
  const auto left = records_.Load(first);
  ASSERT_TRUE(left) << left.error().message;
  EXPECT_TRUE(left->erased_at_micros);
  EXPECT_TRUE(left->application.features.object().empty());
  EXPECT_TRUE(left->application.external_ref.empty());
  EXPECT_FALSE(left->application.amount_minor);
  EXPECT_TRUE(left->evaluation.attributions.values.empty());
  EXPECT_EQ(left->evaluation.outcome, first.evaluation.outcome);
  EXPECT_EQ(left->evaluation.probability, first.evaluation.probability);
  // The digest in the ledger is still that of the rows.
  EXPECT_EQ(DigestOf(first), RecordedDigest(first));

  const auto replay = Replayer(records_.registry).Replay(*left);
  EXPECT_EQ(replay.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_THAT(replay.error().message, HasSubstr("erased"));
  EXPECT_FALSE(records_.Load(other)->erased_at_micros);
  EXPECT_EQ(records_.Load(other)->application.external_ref, "100002");
  EXPECT_THAT(*EventsOf(*records_.database, "applicant", first.applicant_id), SizeIs(1));
}

TEST_F(ErasureTest, AnErasedApplicantIsFoundByItsIdOnly) {
  const DecisionRecord record = records_.Store("100001");
  EXPECT_THAT(*FindApplicants(*records_.database, *records_.vault, "100001"), SizeIs(1));
  ASSERT_TRUE(Erase(record.applicant_id));
  EXPECT_EQ(FindApplicants(*records_.database, *records_.vault, "100001").error().code,
            ErrorCode::kNotFound);
  EXPECT_THAT(*FindApplicants(*records_.database, *records_.vault, record.applicant_id), SizeIs(1));
  EXPECT_EQ(Erase(record.applicant_id).error().code, ErrorCode::kFailedPrecondition);
  // The person comes back as somebody else.
  EXPECT_NE(records_.Store("100001").applicant_id, record.applicant_id);
}

TEST_F(ErasureTest, ALegalHoldWins) {
  const DecisionRecord record = records_.Store("100001");
  const auto hold = PlaceHold(*records_.database, records_.ids, SystemClock(), record.applicant_id,
                              "case 26-114", "counsel");
  const auto refused = Erase(record.applicant_id);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("case 26-114"));
  EXPECT_TRUE(records_.objects->List("erasures/")->empty());
  ASSERT_TRUE(
      ReleaseHold(*records_.database, records_.ids, SystemClock(), hold->id, "closed", "counsel"));
  EXPECT_EQ(
      ReleaseHold(*records_.database, records_.ids, SystemClock(), hold->id, "again", "counsel")
          .error()
          .code,
      ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(Erase(record.applicant_id));
  // One on everybody covers those who come later, too.
  const DecisionRecord later = records_.Store("100009");
  ASSERT_TRUE(
      PlaceHold(*records_.database, records_.ids, SystemClock(), "", "investigation", "counsel"));
  EXPECT_FALSE(Erase(later.applicant_id));
}

TEST_F(ErasureTest, TheListErasesAgainInARestoredDatabase) {
  const DecisionRecord erased = records_.Store("100001"), kept = records_.Store("100002");
  const auto token = records_.vault->ErasureToken(erased.applicant_id);
  // What a backup from before the erasure holds, next to a list from after it.
  const auto count = ApplyErasures(*records_.database, *records_.vault, records_.ids, SystemClock(),
                                   {token, std::string(32, 'x')});
  EXPECT_EQ(*count, 1);
  EXPECT_TRUE(records_.Load(erased)->erased_at_micros);
  EXPECT_FALSE(records_.Load(kept)->erased_at_micros);
  ASSERT_TRUE(Erase(kept.applicant_id));
  EXPECT_EQ(ReadErasureList(*records_.objects)->size(), 1);
  EXPECT_TRUE(ReadErasureList(*records_.objects)
                  ->contains(records_.vault->ErasureToken(kept.applicant_id)));
}

TEST_F(ErasureTest, AListWithAnEntryThatIsNoTokenIsRefused) {
  const std::string genuine(64, 'a');
  for (const std::string& entry : {std::string("no-token"), std::string("abcd"), genuine + "00"}) {
    ASSERT_TRUE(records_.objects->Put("erasures/" + genuine, "2026-11-21"));
    ASSERT_TRUE(records_.objects->Put("erasures/" + entry, "2026-11-21"));
    const auto list = ReadErasureList(*records_.objects);
    ASSERT_FALSE(list);
    EXPECT_EQ(list.error().code, ErrorCode::kDataLoss);
    EXPECT_THAT(list.error().message, HasSubstr("erasures/" + entry + " "));
    ASSERT_TRUE(records_.objects->Delete("erasures/" + entry));
  }
  EXPECT_THAT(*ReadErasureList(*records_.objects), SizeIs(1));
}

class ErasureMixTest : public ErasureTest, public ::testing::WithParamInterface<size_t> {};

TEST_P(ErasureMixTest, LeavesTheOthersWhole) {
  std::vector<DecisionRecord> decisions;
  for (size_t i = 0; i < 6; ++i) decisions.push_back(records_.Store(std::to_string(i % 3)));
  std::set<std::string> erased;
  for (size_t person = 0; person < 3; ++person) {
    if ((GetParam() >> person & 1) == 0) continue;
    ASSERT_TRUE(Erase(decisions[person].applicant_id));
    erased.insert(decisions[person].applicant_id);
  }
  for (const DecisionRecord& decision : decisions) {
    const auto now = records_.Load(decision);
    ASSERT_TRUE(now);
    EXPECT_EQ(now->erased_at_micros.has_value(), erased.contains(decision.applicant_id));
    EXPECT_EQ(DigestOf(decision), RecordedDigest(decision));
  }
}

INSTANTIATE_TEST_SUITE_P(OfThreePeople, ErasureMixTest, ::testing::Range<size_t>(0, 8));

}  // namespace
}  // namespace fairline
