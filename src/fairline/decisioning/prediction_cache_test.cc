// A cached evaluation has the bits of a fresh one and is never another request's.
#include "fairline/decisioning/prediction_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "fairline/decisioning/record_rows.h"
#include "fairline/decisioning/test_deployment.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

class PredictionCacheTest : public ::testing::Test {
 protected:
  static DecisionRecord Recorded(const TestStore& store, const Evaluation& evaluation) {
    DecisionRecord record;
    record.layout = store.deployment->layout;
    record.application = TestApplication();
    record.evaluation = evaluation;
    return record;
  }

  TestStore store_;
  Metrics metrics_;
  std::unique_ptr<Cache> memory_ = *OpenCache("memory", SystemClock(), metrics_);
  SecretKey key_ = SecretKey::Generate();
  PredictionCache cache_{*memory_, key_, 60, metrics_};
};

TEST_F(PredictionCacheTest, AHitHasTheBitsOfAFreshEvaluation) {
  const Application application = TestApplication(406597.55, "100001");
  const auto fresh = cache_.Evaluate(*store_.deployment, application);
  const auto again = cache_.Evaluate(*store_.deployment, application);
  ASSERT_TRUE(fresh && again);
  const RecordRows a = RowsOf(Recorded(store_, *fresh)), b = RowsOf(Recorded(store_, *again));
  EXPECT_EQ(a.prediction, b.prediction);
  EXPECT_EQ(a.attributions, b.attributions);
  EXPECT_EQ(fresh->reject, again->reject);
  EXPECT_THAT(metrics_.Text(), HasSubstr("cache_requests_total{result=\"hit\"} 1"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_prediction_cache_saved_seconds_total"));
}

TEST_F(PredictionCacheTest, TheCallersReferenceIsNoFeature) {
  ASSERT_TRUE(cache_.Evaluate(*store_.deployment, TestApplication(406597.55, "100001")));
  ASSERT_TRUE(cache_.Evaluate(*store_.deployment, TestApplication(406597.55, "100002")));
  EXPECT_THAT(metrics_.Text(), HasSubstr("cache_requests_total{result=\"hit\"} 1"));
}

TEST_F(PredictionCacheTest, OtherFeaturesPoliciesAndKeysAreMisses) {
  const Application application = TestApplication();
  ASSERT_TRUE(cache_.Evaluate(*store_.deployment, application));
  const auto other = cache_.Evaluate(*store_.deployment, TestApplication(1000));
  EXPECT_EQ(other->outcome, Outcome::kApproved);
  const auto reviewed = LoadDeployment(store_.registry, *store_.registry.Get("credit", 1),
                                       {.review_band = 1}, "consumer_loan", "EUR");
  EXPECT_EQ(cache_.Evaluate(**reviewed, application)->outcome, Outcome::kManualReview);
  PredictionCache stranger(*memory_, SecretKey::Generate(), 60, metrics_);
  EXPECT_EQ(stranger.Evaluate(*store_.deployment, application)->outcome, Outcome::kDenied);
  EXPECT_THAT(metrics_.Text(), HasSubstr("cache_requests_total{result=\"miss\"} 4"));
}

}  // namespace
}  // namespace fairline
