// When calls are let through.
#include "fairline/storage/circuit_breaker.h"

#include <gtest/gtest.h>

namespace fairline {
namespace {

using Permit = CircuitBreaker::Permit;

constexpr int64_t kSecond = 1'000'000;

class CircuitBreakerTest : public ::testing::Test {
 protected:
  /// Fails as often as it takes to open it.
  void Open() {
    EXPECT_FALSE(breaker_.Failed(breaker_.Ask()));
    EXPECT_FALSE(breaker_.Failed(breaker_.Ask()));
    EXPECT_TRUE(breaker_.Failed(breaker_.Ask()));
  }

  ManualClock clock_{0};
  CircuitBreaker breaker_{3, clock_};
};

TEST_F(CircuitBreakerTest, OpensAfterFailuresInARow) {
  EXPECT_FALSE(breaker_.Failed(breaker_.Ask()));
  EXPECT_FALSE(breaker_.Failed(breaker_.Ask()));
  EXPECT_FALSE(breaker_.Succeeded());  // the row is broken
  Open();
  EXPECT_EQ(breaker_.Ask(), Permit::kNone);
}

TEST_F(CircuitBreakerTest, OneProbeAtATimeAndItsSuccessCloses) {
  Open();
  clock_.Advance(kSecond - 1);
  EXPECT_EQ(breaker_.Ask(), Permit::kNone);
  clock_.Advance(1);
  EXPECT_EQ(breaker_.Ask(), Permit::kProbe);
  EXPECT_EQ(breaker_.Ask(), Permit::kNone);
  EXPECT_TRUE(breaker_.Succeeded());
  EXPECT_EQ(breaker_.Ask(), Permit::kCall);
  EXPECT_EQ(breaker_.Ask(), Permit::kCall);
}

TEST_F(CircuitBreakerTest, WaitsLongerAfterEachFailedProbeAndStartsAnew) {
  Open();
  for (const int64_t seconds : {1, 2, 4, 8, 16, 30, 30}) {
    clock_.Advance(seconds * kSecond - 1);
    EXPECT_EQ(breaker_.Ask(), Permit::kNone) << seconds;
    clock_.Advance(1);
    const Permit permit = breaker_.Ask();
    ASSERT_EQ(permit, Permit::kProbe) << seconds;
    EXPECT_FALSE(breaker_.Failed(permit));
  }
  clock_.Advance(30 * kSecond);
  EXPECT_EQ(breaker_.Ask(), Permit::kProbe);
  EXPECT_TRUE(breaker_.Succeeded());
  Open();
  clock_.Advance(kSecond);
  EXPECT_EQ(breaker_.Ask(), Permit::kProbe);
}

TEST_F(CircuitBreakerTest, ALateFailureOfAnEarlierCallChangesNothing) {
  const Permit early = breaker_.Ask();
  Open();
  clock_.Advance(kSecond - 1);
  EXPECT_FALSE(breaker_.Failed(early));
  clock_.Advance(1);
  EXPECT_EQ(breaker_.Ask(), Permit::kProbe);
  EXPECT_FALSE(breaker_.Failed(early));
  EXPECT_EQ(breaker_.Ask(), Permit::kNone);  // the probe is still under way
}

}  // namespace
}  // namespace fairline
