// Versions, stages and their history: what may change, what is written down, what is refused.
#include "fairline/registry/registry.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "fairline/registry/test_bundle.h"
#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

class RegistryTest : public ::testing::Test {
 protected:
  ModelVersion Register(std::string_view name = "credit", int seed = 0) {
    auto version = registry_.Register(name, TestBundleFiles(seed), "a model", ada_);
    EXPECT_TRUE(version) << version.error().message << version.error().detail;
    return *version;
  }

  Result<ModelVersion> ToProduction(int64_t version, bool archive_existing = true) {
    clock_.Advance(1'000'000);
    return registry_.Transition("credit", version, Stage::kProduction, archive_existing, ada_);
  }

  Stage StageOf(int64_t version) { return registry_.Get("credit", version)->stage; }

  TemporaryFolder folder_;
  ManualClock clock_{1'700'000'000'000'000};
  IdGenerator ids_{clock_};
  std::unique_ptr<Database> database_ = *OpenSqlite(folder_.path() / "fairline.db");
  std::unique_ptr<ObjectStore> objects_ = OpenDiskStore(folder_.path() / "objects");
  Registry registry_{*database_, *objects_, clock_, ids_};
  const Change ada_{"ada", "quarterly rebuild"};
};

TEST_F(RegistryTest, VersionsAreNumberedPerModel) {
  EXPECT_EQ(Register("credit", 1).version, 1);
  EXPECT_EQ(Register("credit", 2).version, 2);
  EXPECT_EQ(Register("cards", 3).version, 1);
  EXPECT_EQ(registry_.List()->size(), 3);
  EXPECT_EQ(registry_.List()->front().name, "cards");
  EXPECT_EQ(registry_.List("credit")->size(), 2);
  EXPECT_EQ(registry_.List("nobody").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(registry_.Get("credit", 3).error().code, ErrorCode::kNotFound);
}

TEST_F(RegistryTest, TheBundleComesBack) {
  const ModelVersion version = Register();
  const auto files = registry_.ReadFiles(version.bundle_digest);
  ASSERT_TRUE(files);
  EXPECT_EQ(*files, TestBundleFiles());
  EXPECT_EQ(registry_.ReadFiles(std::string(64, '0')).error().code, ErrorCode::kNotFound);
}

TEST_F(RegistryTest, RefusesWhatCannotBeServed) {
  BundleFiles damaged = TestBundleFiles();
  damaged.begin()->second += " ";
  damaged.rbegin()->second += " ";
  EXPECT_FALSE(registry_.Register("credit", damaged, "", ada_));
  for (const std::string& name : {std::string(), std::string("a/b"), std::string("a:b"),
                                  std::string("a\nb"), std::string(256, 'x')}) {
    EXPECT_EQ(registry_.Register(name, TestBundleFiles(), "", ada_).error().code,
              ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(registry_.List()->empty());
}

TEST_F(RegistryTest, ATransitionIsWrittenDown) {
  Register();
  ASSERT_TRUE(ToProduction(1));
  EXPECT_EQ(StageOf(1), Stage::kProduction);
  const auto history = registry_.History("credit", 1);
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 2);
  EXPECT_EQ((*history)[0].action, "models.register");
  const AuditEvent& moved = (*history)[1];
  EXPECT_EQ(moved.action, "models.transition");
  EXPECT_EQ(moved.user_id, "ada");
  EXPECT_EQ(moved.created_at_micros, clock_.NowMicros());
  EXPECT_EQ(moved.metadata.Dump(),
            R"({"model":"credit","version":1,"reason":"quarterly rebuild","from":"None",)"
            R"("to":"Production","archived":[]})");
}

TEST_F(RegistryTest, ArchiveExistingMovesTheOthersAndSaysSo) {
  Register();
  Register();
  Register();
  ASSERT_TRUE(ToProduction(1));
  ASSERT_TRUE(ToProduction(2, /*archive_existing=*/false));
  ASSERT_TRUE(ToProduction(3));
  EXPECT_EQ(StageOf(1), Stage::kArchived);
  EXPECT_EQ(StageOf(2), Stage::kArchived);
  EXPECT_EQ(StageOf(3), Stage::kProduction);
  EXPECT_EQ(registry_.History("credit", 3)->back().metadata.Find("archived")->Dump(), "[1,2]");
  EXPECT_EQ(*registry_.History("credit", 1)->back().metadata.Find("to"), Json("Archived"));
}

TEST_F(RegistryTest, IllegalTransitions) {
  Register();
  EXPECT_EQ(ToProduction(7).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(registry_.Transition("nobody", 1, Stage::kStaging, false, ada_).error().code,
            ErrorCode::kNotFound);
  for (const Stage stage : {Stage::kNone, Stage::kArchived}) {
    EXPECT_EQ(registry_.Transition("credit", 1, stage, true, ada_).error().code,
              ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(registry_.History("credit", 1)->size(), 1);
}

TEST_F(RegistryTest, InProductionGivesTheHighestOfEachModel) {
  Register();
  Register();
  Register("cards");
  EXPECT_TRUE(registry_.InProduction()->empty());
  ASSERT_TRUE(ToProduction(2, false));
  ASSERT_TRUE(ToProduction(1, false));
  ASSERT_TRUE(registry_.Transition("cards", 1, Stage::kProduction, false, ada_));
  const auto versions = registry_.InProduction();
  ASSERT_EQ(versions->size(), 2);
  EXPECT_EQ((*versions)[0].name, "cards");
  EXPECT_EQ((*versions)[1].version, 2);
}

TEST_F(RegistryTest, RollbackRestoresTheVersionBefore) {
  for (int i = 0; i < 3; ++i) Register();
  EXPECT_EQ(registry_.Rollback("credit", ada_).error().code, ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(ToProduction(1));
  EXPECT_EQ(registry_.Rollback("credit", ada_).error().code, ErrorCode::kFailedPrecondition);
  ASSERT_TRUE(ToProduction(3));
  ASSERT_TRUE(ToProduction(2));
  // 3 left Production last, although 1 is nearer to 2.
  const auto restored = registry_.Rollback("credit", {"grace", "errors at noon"});
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->version, 3);
  EXPECT_EQ(StageOf(3), Stage::kProduction);
  EXPECT_EQ(StageOf(2), Stage::kArchived);
  const AuditEvent event = registry_.History("credit", 3)->back();
  EXPECT_EQ(event.action, "models.rollback");
  EXPECT_EQ(event.user_id, "grace");
  EXPECT_EQ(event.metadata.Find("archived")->Dump(), "[2]");
  EXPECT_EQ(registry_.Rollback("credit", ada_)->version, 2);
  EXPECT_EQ(registry_.Rollback("nobody", ada_).error().code, ErrorCode::kNotFound);
}

TEST_F(RegistryTest, RollbackGoesByTheHistoryWhenTheClockStepsBack) {
  for (int i = 0; i < 3; ++i) Register();
  ASSERT_TRUE(ToProduction(1));
  ASSERT_TRUE(ToProduction(2));
  clock_.Advance(-3'600'000'000);
  ASSERT_TRUE(ToProduction(3));
  EXPECT_EQ(registry_.Rollback("credit", ada_)->version, 2);
}

TEST_F(RegistryTest, TwoProcessesNeverShareANumber) {
  const auto other_database = *OpenSqlite(folder_.path() / "fairline.db");
  Registry other(*other_database, *objects_, clock_, ids_);
  const BundleFiles files = TestBundleFiles();
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (Registry* registry : {&registry_, &other}) {
      threads.emplace_back([&, registry] {
        for (int i = 0; i < 10; ++i) {
          if (!registry->Register("credit", files, "", ada_)) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  std::set<int64_t> numbers;
  const auto versions = *registry_.List("credit");
  for (const ModelVersion& version : versions) numbers.insert(version.version);
  EXPECT_EQ(numbers.size(), 20);
  EXPECT_EQ(*numbers.rbegin(), 20);
}

TEST_F(RegistryTest, ADamagedBundleIsNamed) {
  const ModelVersion version = Register();
  ASSERT_TRUE(objects_->Put(fmt::format("bundles/{}/bundle.json", version.bundle_digest), "{}"));
  const auto files = registry_.ReadFiles(version.bundle_digest);
  EXPECT_EQ(files.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(files.error().message, HasSubstr("damaged"));
}

TEST(StageTest, NamesInAnyCase) {
  EXPECT_EQ(*ParseStage("production"), Stage::kProduction);
  EXPECT_EQ(*ParseStage("NONE"), Stage::kNone);
  EXPECT_EQ(StageName(*ParseStage("archived")), "Archived");
  EXPECT_EQ(ParseStage("prod").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace fairline
