// Ids sort by the order in which they were made, whatever the clock does.
#include "fairline/core/ids.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

namespace fairline {
namespace {

TEST(IdGenerator, WritesTimeVersionAndVariant) {
  // The example of RFC 9562, A.6: 2022-02-22T19:22:22Z.
  const ManualClock clock(0x017f22e279b0 * 1000);
  const std::string id = IdGenerator(clock).Next();
  EXPECT_TRUE(IsUuid(id)) << id;
  EXPECT_EQ(id.substr(0, 15), "017f22e2-79b0-7");
  EXPECT_NE(std::string_view("89ab").find(id[19]), std::string_view::npos) << id;
}

TEST(IdGenerator, IncreasesWithinAMillisecondAndWhenTheClockStepsBack) {
  ManualClock clock(1'700'000'000'000'000);
  IdGenerator ids(clock);
  std::string before = ids.Next();
  // More than the 4096 numbers of one millisecond, then an hour back, then forward.
  for (const int64_t step_micros : {0L, -3'600'000'000, 1'000L, 7'200'000'000}) {
    clock.Advance(step_micros);
    for (int i = 0; i < 10'000; ++i) {
      const std::string id = ids.Next();
      ASSERT_LT(before, id);
      before = id;
    }
  }
}

TEST(IdGenerator, ReturnsToTheClockAfterABurst) {
  ManualClock clock(1'700'000'000'000'000);
  IdGenerator ids(clock);
  for (int i = 0; i < 5'000; ++i) ids.Next();
  clock.Advance(1'000'000);
  ManualClock same_time(clock.NowMicros());
  EXPECT_EQ(ids.Next().substr(0, 13), IdGenerator(same_time).Next().substr(0, 13));
}

TEST(IdGenerator, ThreadsNeverGetTheSameId) {
  IdGenerator ids(SystemClock());
  std::vector<std::vector<std::string>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& own : made) {
      threads.emplace_back([&] {
        for (int i = 0; i < 2'000; ++i) own.push_back(ids.Next());
      });
    }
  }
  std::set<std::string> all;
  for (const auto& own : made) {
    EXPECT_TRUE(std::is_sorted(own.begin(), own.end()));
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(all.size(), 8'000u);
}

TEST(IsUuid, TakesTheShapeOnly) {
  EXPECT_TRUE(IsUuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  EXPECT_TRUE(IsUuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
  for (const std::string_view text :
       {"", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
        "017f22e279b07cc398c4dc0c0c07398f", "g17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2_79b0_7cc3_98c4_dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c0739}"}) {
    EXPECT_FALSE(IsUuid(text)) << text;
  }
}

TEST(Ids, TheFloorOfATimePartsOlderIdsFromYounger) {
  ManualClock clock(1'750'000'000'000'000);
  IdGenerator ids(clock);
  const std::string before = ids.Next();
  clock.Advance(1000);
  const std::string floor = UuidFloor(clock.NowMicros());
  EXPECT_TRUE(IsUuid(floor));
  EXPECT_LT(before, floor);
  EXPECT_LE(floor, ids.Next());
}

}  // namespace
}  // namespace fairline
