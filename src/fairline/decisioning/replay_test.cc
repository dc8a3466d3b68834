// A stored decision reads back to the bit and replays; a changed number is named.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/record_rows.h"
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
    DecisionWriter writer(*store_.database, store_.ids, metrics);
    std::promise<Result<Committed>> done;
    writer.Submit(record_, {}, [&](Result<Committed> result) { done.set_value(result); });
    EXPECT_TRUE(done.get_future().get());
  }

  Status Execute(std::string_view sql) {
    return store_.database->Write(
        [&](Transaction& transaction) { return transaction.Execute(sql); });
  }

  std::vector<std::string> ReplayedFields() {
    const auto record = LoadDecision(*store_.database, record_.decision_id);
    EXPECT_TRUE(record) << record.error().message << record.error().detail;
    const auto differences = ReplayDecision(store_.registry, *record);
    EXPECT_TRUE(differences) << differences.error().message;
    std::vector<std::string> fields;
    for (const auto& difference : *differences) fields.push_back(difference.field);
    return fields;
  }

  TestStore store_;
  DecisionRecord record_ = store_.Decided(406597.55, "100001");
};

TEST_F(ReplayTest, TheRecordReadsBackToTheBit) {
  const auto read = LoadDecision(*store_.database, record_.decision_id);
  ASSERT_TRUE(read);
  // Both sides as the rows they are stored in: every column, doubles compared exactly.
  const RecordRows written = RowsOf(record_), again = RowsOf(*read);
  EXPECT_EQ(written.application, again.application);
  EXPECT_EQ(written.prediction, again.prediction);
  EXPECT_EQ(written.decision, again.decision);
  EXPECT_EQ(LoadDecision(*store_.database, "none").error().code, ErrorCode::kNotFound);
}

TEST_F(ReplayTest, TheGuidesColumnsHoldWhatTheyPromise) {
  const auto rows = store_.database->Query(
      "SELECT loan_amount, amount_minor, currency, external_ref FROM applications");
  const Row application = {406597.55, int64_t{40659755}, std::string("EUR"), std::string("100001")};
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

TEST_F(ReplayTest, NamesATamperedAttribution) {
  ASSERT_TRUE(
      Execute("UPDATE predictions SET feature_importance = "
              "json_set(feature_importance, '$.values.INCOME', 0.5)"));
  EXPECT_THAT(ReplayedFields(), ElementsAre("attributions.INCOME"));
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
  ASSERT_TRUE(
      Execute("UPDATE applications SET amount_minor = 40659755, features = "
              "json_set(features, '$.AMOUNT', 406597.551, '$.DAYS_EMPLOYED', -5000)"));
  EXPECT_THAT(ReplayedFields(), ::testing::Contains("raw_score"));
}

TEST_F(ReplayTest, AReferenceFromOutsideTheFeaturesIsNoDifference) {
  DecisionRecord record = store_.Decided();
  record.application.external_ref = "given beside the features";
  EXPECT_THAT(*ReplayDecision(store_.registry, record), IsEmpty());
  record = record_;
  record.application.external_ref = "another";
  EXPECT_EQ(ReplayDecision(store_.registry, record)->at(0).field, "external_ref");
}

TEST_F(ReplayTest, ADamagedRecordOrBundleIsSaidToBeSo) {
  ASSERT_TRUE(Execute("UPDATE applications SET features = json_remove(features, '$.AMOUNT')"));
  const auto record = LoadDecision(*store_.database, record_.decision_id);
  EXPECT_EQ(ReplayDecision(store_.registry, *record).error().code, ErrorCode::kDataLoss);
  ASSERT_TRUE(store_.objects->Put(fmt::format("bundles/{}/model.lgb", record_.bundle_digest), "x"));
  EXPECT_EQ(ReplayDecision(store_.registry, *record).error().code, ErrorCode::kDataLoss);
  ASSERT_TRUE(Execute("UPDATE predictions SET reasons = 'not json'"));
  EXPECT_EQ(LoadDecision(*store_.database, record_.decision_id).error().code, ErrorCode::kDataLoss);
}

}  // namespace
}  // namespace fairline
