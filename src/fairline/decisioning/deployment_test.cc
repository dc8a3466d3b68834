// Which version decides as the registry changes under a running server.
#include "fairline/decisioning/deployment.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "fairline/decisioning/test_deployment.h"

namespace fairline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class DeploymentsTest : public ::testing::Test {
 protected:
  Status Move(std::string_view name, int64_t version, Stage stage) {
    const auto moved = store_.registry.Transition(name, version, stage, false, change_);
    return moved ? Status() : std::unexpected(moved.error());
  }
  ModelVersion Register(std::string_view name, int seed) {
    return *store_.registry.Register(name, TestBundleFiles(seed), "", change_);
  }
  int64_t Serving(const Deployments& deployments) {
    return (*deployments.Current())->version.version;
  }

  TestStore store_;
  const Change change_{"ada", "test"};
};

TEST_F(DeploymentsTest, FollowsTheRegistry) {
  Deployments deployments(store_.registry, {});
  EXPECT_EQ(deployments.Current().error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(*deployments.Refresh());
  EXPECT_EQ(Serving(deployments), 1);
  EXPECT_FALSE(*deployments.Refresh());
  const auto kept = *deployments.Current();

  Register("credit", 2);
  ASSERT_TRUE(Move("credit", 2, Stage::kProduction));
  EXPECT_TRUE(*deployments.Refresh());
  EXPECT_EQ(Serving(deployments), 2);
  EXPECT_EQ(kept->version.version, 1);  // a request in flight keeps its snapshot
}

TEST_F(DeploymentsTest, KnowsTheOutcomeAndWhatTrainingSaw) {
  ModelBundle bundle = TestBundle(9);
  bundle.lineage["target"] = "DEFAULTED";
  bundle.baseline["fields"]["INCOME"]["minimum"] = 1.5;
  bundle.baseline["fields"]["INCOME"]["maximum"] = 9;
  const auto version = *store_.registry.Register("other", *WriteBundle(bundle), "", change_);
  const auto deployment = *LoadDeployment(store_.registry, version, {}, "p", "EUR");
  EXPECT_EQ(deployment->target, "DEFAULTED");
  ASSERT_EQ(deployment->seen.size(), 7);
  EXPECT_EQ(deployment->seen[3].minimum, 1.5);
  EXPECT_EQ(deployment->seen[3].maximum, 9);
  EXPECT_NE(deployment->seen[2].minimum, deployment->seen[2].minimum);  // NaN: unknown
}

TEST_F(DeploymentsTest, NoModelInProductionIsSaidByName) {
  Deployments deployments(store_.registry, {});
  ASSERT_TRUE(deployments.Refresh());
  ASSERT_TRUE(Move("credit", 1, Stage::kArchived));
  EXPECT_FALSE(deployments.Refresh());
  const auto current = deployments.Current();
  ASSERT_FALSE(current);
  EXPECT_EQ(current.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(current.error().message,
              AllOf(HasSubstr("no model is in Production"), HasSubstr("models transition")));
}

TEST_F(DeploymentsTest, SeveralModelsNeedAChoice) {
  Register("cards", 7);
  ASSERT_TRUE(Move("cards", 1, Stage::kProduction));
  Deployments unsure(store_.registry, {});
  EXPECT_FALSE(unsure.Refresh());
  EXPECT_THAT(unsure.Current().error().message,
              AllOf(HasSubstr("cards, credit"), HasSubstr("serving.model")));
  Deployments chosen(store_.registry, {.model = "cards"});
  ASSERT_TRUE(chosen.Refresh());
  EXPECT_EQ((*chosen.Current())->version.name, "cards");
  Deployments absent(store_.registry, {.model = "loans"});
  EXPECT_THAT(absent.Refresh().error().message, HasSubstr("\"loans\""));
}

TEST_F(DeploymentsTest, ASecondModelDoesNotStopTheFirst) {
  Deployments deployments(store_.registry, {});
  ASSERT_TRUE(deployments.Refresh());
  Register("cards", 7);
  ASSERT_TRUE(Move("cards", 1, Stage::kProduction));
  EXPECT_FALSE(deployments.Refresh());
  EXPECT_EQ((*deployments.Current())->version.name, "credit");
}

TEST_F(DeploymentsTest, ABrokenBundleLeavesTheOldOne) {
  Deployments deployments(store_.registry, {});
  ASSERT_TRUE(deployments.Refresh());
  const ModelVersion broken = Register("credit", 2);
  ASSERT_TRUE(store_.objects->Put(fmt::format("bundles/{}/plan.json", broken.bundle_digest), "{}"));
  ASSERT_TRUE(Move("credit", 2, Stage::kProduction));
  const auto refreshed = deployments.Refresh();
  ASSERT_FALSE(refreshed);
  EXPECT_THAT(refreshed.error().message, AllOf(HasSubstr("version 2"), HasSubstr("plan.json")));
  EXPECT_EQ(Serving(deployments), 1);

  Deployments fresh(store_.registry, {});
  EXPECT_FALSE(fresh.Refresh());
  EXPECT_EQ(fresh.Current().error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(fresh.Current().error().message, HasSubstr("plan.json"));
}

TEST_F(DeploymentsTest, ReadersAlwaysFindAWholeDeploymentDuringSwaps) {
  Register("credit", 2);
  Deployments deployments(store_.registry, {});
  ASSERT_TRUE(deployments.Refresh());
  std::atomic<bool> stop = false;
  std::atomic<int> failures = 0;
  {
    std::jthread reader([&] {
      while (!stop) {
        const auto current = deployments.Current();
        const bool whole = current && Evaluate(**current, TestApplication());
        if (!whole) ++failures;
      }
    });
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(Move("credit", 2, i % 2 == 0 ? Stage::kProduction : Stage::kArchived));
      EXPECT_TRUE(*deployments.Refresh());
    }
    stop = true;
  }
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace fairline
