// A stored decision reads back to the bit and replays; a changed number is named.
#include "fairline/decisioning/replay.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "fairline/core/file.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/record_payload.h"
#include "fairline/decisioning/record_rows.h"
#include "fairline/decisioning/seal_old_records.h"
#include "fairline/decisioning/test_deployment.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() {
    Metrics metrics;
    DecisionWriter writer(*store_.database, *store_.vault, store_.ids, metrics);
    std::promise<Result<Committed>> done;
    writer.Submit(record_, {}, [&](Result<Committed> result) { done.set_value(result); });
    EXPECT_TRUE(done.get_future().get());
  }

  Status Execute(std::string_view sql) {
    return store_.database->Write(
        [&](Transaction& transaction) { return transaction.Execute(sql); });
  }

  std::vector<std::string> ReplayedFields() {
    const auto record = LoadDecision(*store_.database, *store_.vault, record_.decision_id);
    EXPECT_TRUE(record) << record.error().message << record.error().detail;
    const auto differences = replayer_.Replay(*record);
    EXPECT_TRUE(differences) << differences.error().message;
    std::vector<std::string> fields;
    for (const auto& difference : *differences) fields.push_back(difference.field);
    return fields;
  }

  TestStore store_;
  Replayer replayer_{store_.registry};
  DecisionRecord record_ = store_.Decided(406597.55, "100001");
};

TEST_F(ReplayTest, TheRecordReadsBackToTheBit) {
  const auto read = LoadDecision(*store_.database, *store_.vault, record_.decision_id);
  ASSERT_TRUE(read);
  // Both sides as the rows they are stored in: every column, doubles compared exactly.
  const RecordRows written = RowsOf(record_), again = RowsOf(*read);
  EXPECT_EQ(written.application, again.application);
  EXPECT_EQ(written.prediction, again.prediction);
  EXPECT_EQ(written.decision, again.decision);
  EXPECT_EQ(LoadDecision(*store_.database, *store_.vault, "none").error().code,
            ErrorCode::kNotFound);
}

TEST_F(ReplayTest, TheGuidesColumnsHoldWhatTheyPromise) {
  const auto rows = store_.database->Query(
      "SELECT loan_amount, amount_minor, currency, external_ref FROM applications");
  const Row application = {406597.55, int64_t{40659755}, std::string("EUR"), {}};
  EXPECT_EQ((*rows)[0], application);
  const auto prediction =
      store_.database->Query("SELECT risk_score, confidence, explanation FROM predictions");
  EXPECT_EQ((*prediction)[0][0], Value(std::string("high_risk")));
  EXPECT_EQ((*prediction)[0][1], Value(0.8053));
  EXPECT_THAT(std::get<std::string>((*prediction)[0][2]), HasSubstr("Rejected"));
  const auto events = EventsOf(*store_.database, "decision", record_.decision_id);
  ASSERT_EQ(events->size(), 1);
  EXPECT_EQ((*events)[0].action, "decisions.create");
  EXPECT_EQ(*(*events)[0].metadata.Find("outcome"), Json("denied"));
  EXPECT_EQ((*events)[0].metadata.Find("features"), nullptr);
}

TEST_F(ReplayTest, ReplaysEqual) { EXPECT_THAT(ReplayedFields(), IsEmpty()); }

TEST_F(ReplayTest, ReplaysWithAnArchivedVersion) {
  ASSERT_TRUE(
      store_.registry.Transition("credit", 1, Stage::kArchived, false, {"ada", "done with it"}));
  EXPECT_THAT(ReplayedFields(), IsEmpty());
}

TEST_F(ReplayTest, NamesATamperedNumber) {
  ASSERT_TRUE(Execute("UPDATE predictions SET pd = pd + 1e-15"));
  EXPECT_THAT(ReplayedFields(), ElementsAre("pd"));
}

TEST_F(ReplayTest, NamesATamperedOutcome) {
  ASSERT_TRUE(Execute("UPDATE decisions SET decision = 'approved'"));
  EXPECT_THAT(ReplayedFields(), ElementsAre("outcome"));
}

TEST_F(ReplayTest, NamesADifferentAttribution) {
  DecisionRecord record = record_;
  record.evaluation.attributions.values[1] += 1e-12;
  const auto differences = replayer_.Replay(record);
  ASSERT_EQ(differences->size(), 1);
  EXPECT_THAT(differences->front().field, HasSubstr("attributions."));
}

TEST_F(ReplayTest, ASealedValueThatWasChangedOrMovedDoesNotOpen) {
  const auto load = [&] {
    return LoadDecision(*store_.database, *store_.vault, record_.decision_id).error().code;
  };
  const auto sealed = store_.database->Query("SELECT sealed FROM applications")->front()[0];
  const auto set = [&](const Value& value) {
    return store_.database->Write([&](Transaction& transaction) {
      return transaction.Execute("UPDATE applications SET sealed = $1", {value});
    });
  };
  for (const size_t at : {size_t{0}, size_t{20}, std::get<Blob>(sealed).bytes.size() - 1}) {
    Blob changed = std::get<Blob>(sealed);
    changed.bytes[at] ^= 1;
    ASSERT_TRUE(set(changed));
    EXPECT_EQ(load(), ErrorCode::kDataLoss) << at;
  }
  ASSERT_TRUE(set(store_.database->Query("SELECT sealed FROM predictions")->front()[0]));
  EXPECT_EQ(load(), ErrorCode::kDataLoss);
}

TEST_F(ReplayTest, NothingAboutTheApplicantLiesInClear) {
  const auto file = ReadFile(store_.file(), size_t{1} << 30);
  const auto log = ReadFile(store_.file().string() + "-wal", size_t{1} << 30);
  ASSERT_TRUE(file && log);
  // The reference, a number and a category of the application.
  for (const char* text : {"100001", "50000.125", "Cash loans"}) {
    EXPECT_EQ(file->find(text), std::string::npos) << text;
    EXPECT_EQ(log->find(text), std::string::npos) << text;
  }
}

TEST_F(ReplayTest, ARecordFromBeforeSealingReplaysOnceItIsSealed) {
  const std::string features = record_.application.features.Dump();
  const std::string attributions =
      AttributionsJson(record_.evaluation.attributions, record_.layout->attributions).Dump();
  ASSERT_TRUE(store_.database->Write([&](Transaction& transaction) -> Status {
    FAIRLINE_TRY(transaction.Execute(
        "UPDATE applications SET sealed = NULL, external_ref = '100001', features = $1",
        {features}));
    FAIRLINE_TRY(transaction.Execute(
        "UPDATE predictions SET sealed = NULL, feature_importance = $1", {attributions}));
    FAIRLINE_TRY(transaction.Execute("DELETE FROM record_layouts"));
    return transaction.Execute("DELETE FROM applicants");
  }));
  EXPECT_EQ(*SealOldRecords(*store_.database, *store_.vault, store_.registry), 1);
  EXPECT_THAT(ReplayedFields(), IsEmpty());
  EXPECT_EQ(
      LoadDecision(*store_.database, *store_.vault, record_.decision_id)->application.external_ref,
      "100001");
  const auto clear = store_.database->Query("SELECT features, external_ref FROM applications");
  EXPECT_EQ(clear->front(), (Row{std::string("{}"), {}}));
  EXPECT_EQ(*SealOldRecords(*store_.database, *store_.vault, store_.registry), 0);
}

TEST_F(ReplayTest, NamesATamperedReason) {
  ASSERT_TRUE(
      Execute("UPDATE predictions SET reasons = json_set(reasons, '$[0].code', 'R9', "
              "'$[1].text', 'other')"));
  EXPECT_THAT(ReplayedFields(), ElementsAre("reasons[0].code", "reasons[1].text"));
}

TEST_F(ReplayTest, NamesTamperedInputs) {
  ASSERT_TRUE(Execute("UPDATE applications SET amount_minor = 1"));
  EXPECT_THAT(ReplayedFields(), ElementsAre("amount_minor"));
  DecisionRecord record = record_;
  record.application.features["DAYS_EMPLOYED"] = -5000;
  const auto differences = replayer_.Replay(record);
  ASSERT_FALSE(differences->empty());
  EXPECT_EQ(differences->front().field, "raw_score");
}

TEST_F(ReplayTest, AReferenceFromOutsideTheFeaturesIsNoDifference) {
  DecisionRecord record = store_.Decided();
  record.application.external_ref = "given beside the features";
  EXPECT_THAT(*replayer_.Replay(record), IsEmpty());
  record = record_;
  record.application.external_ref = "another";
  EXPECT_EQ(replayer_.Replay(record)->at(0).field, "external_ref");
}

TEST_F(ReplayTest, ADamagedRecordOrBundleIsSaidToBeSo) {
  auto record = LoadDecision(*store_.database, *store_.vault, record_.decision_id);
  record->application.features = Json::Object{{"INCOME", 1}};
  EXPECT_EQ(replayer_.Replay(*record).error().code, ErrorCode::kDataLoss);
  record->application.features = record_.application.features;
  ASSERT_TRUE(store_.objects->Put(fmt::format("bundles/{}/model.lgb", record_.bundle_digest), "x"));
  EXPECT_EQ(Replayer(store_.registry).Replay(*record).error().code, ErrorCode::kDataLoss);
  ASSERT_TRUE(Execute("UPDATE record_layouts SET features = '[\"AMOUNT\"]'"));
  EXPECT_EQ(LoadDecision(*store_.database, *store_.vault, record_.decision_id).error().code,
            ErrorCode::kDataLoss);
  ASSERT_TRUE(Execute("UPDATE predictions SET reasons = 'not json'"));
  EXPECT_EQ(LoadDecision(*store_.database, *store_.vault, record_.decision_id).error().code,
            ErrorCode::kDataLoss);
}

}  // namespace
}  // namespace fairline
