// What Database::Write acknowledged outlives a power failure at any moment, and a disk that fails
// to write or sync; what was under way is there whole or not at all. CUTS=n in the environment
// makes at least n cuts instead of one at each change, SEED=n repeats a run.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "fairline/storage/database.h"
#include "fairline/storage/power_loss_vfs.h"
#include "fairline/storage/sqlite_database.h"
#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

using ::testing::ContainsRegex;
using Kind = PowerLossVfs::Kind;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

// A log that starts over every few transactions.
constexpr SqliteLogSizes kShortLog = {.pass = 20'000,
                                      .hand_over = 60'000,
                                      .little = 10'000,
                                      .most = 30'000,
                                      .full = 100'000,
                                      .refuse = 8'000'000};

// One life of a database on a disk that may fail, from the first opening on. Each turn is a group
// commit of a few rows, whose texts follow from their place.
class Life {
 public:
  explicit Life(const SqliteLogSizes& log) : log_(log) { disk_.Reset(); }

  /// `turns` writes in all, in as many openings of the database. Ends with the first failure unless
  /// it `goes_on`; a fault that lasts is then over after a few.
  void Run(int64_t turns, int64_t openings, bool goes_on = false) {
    for (int64_t opening = 0; opening < openings;) {
      const auto database =
          OpenSqlite({folder_.path() / "before.db", PowerLossVfs::kName, log_}, &metrics_);
      if (!database) {
        if (!GoesOn(database.error(), goes_on)) return;
        disk_.Fail({});
        continue;
      }
      const int64_t each = turns / openings, begin = opening * each;
      for (int64_t turn = begin; turn < begin + each; ++turn) {
        const Status status = Write(**database, turn);
        if (!status && !GoesOn(status.error(), goes_on)) return;
        if (refusals_.size() == kRefusalsOfAFault) disk_.Fail({});
      }
      ++opening;
    }
  }

  /// What is wrong with what is found after a cut at this moment; empty when all is well.
  std::string Check(uint64_t seed) {
    disk_.CutNow();
    const std::filesystem::path after = folder_.path() / fmt::format("after-{}", seed);
    std::filesystem::create_directories(after);
    disk_.WriteSurvivors(after, seed);
    const auto database = OpenSqlite({after / "before.db", {}, log_}, nullptr);
    if (!database) return database.error().message + ": " + database.error().detail;
    const auto integrity = (*database)->Query("PRAGMA integrity_check");
    if (!integrity || (*integrity)[0][0] != Value(std::string("ok"))) return "damaged";
    if (const Status works = Write(**database, -1); !works) return works.error().detail;
    const auto rows = (*database)->Query("SELECT turn, part, text FROM trial WHERE turn >= 0");
    return rows ? CheckRows(*rows) : rows.error().detail;
  }

  const std::vector<Error>& refusals() const { return refusals_; }
  size_t acknowledged() const { return acknowledged_.size(); }
  std::string metrics() const { return metrics_.Text(); }

 private:
  static constexpr int64_t kParts = 3;
  static constexpr size_t kRefusalsOfAFault = 3;

  static std::string Text(int64_t turn, int64_t part) {
    const auto bytes = static_cast<size_t>((turn * 7919 + part * 104729) % 6000 + 1);
    return fmt::format("{}/{}:{}", turn, part, std::string(bytes, static_cast<char>('a' + part)));
  }

  bool GoesOn(const Error& refusal, bool goes_on) {
    refusals_.push_back(refusal);
    return goes_on && !disk_.cut() && refusals_.size() < 10;
  }

  Status Write(Database& database, int64_t turn) {
    if (turn >= 0) under_way_.insert(turn);
    const Status status = database.Write([&](Transaction& transaction) -> Status {
      FAIRLINE_TRY(transaction.Execute(
          "CREATE TABLE IF NOT EXISTS trial (turn INTEGER, part INTEGER, text TEXT, "
          "PRIMARY KEY (turn, part))"));
      std::vector<std::vector<Value>> rows;
      for (int64_t part = 0; turn >= 0 && part < kParts; ++part) {
        rows.push_back({turn, part, Text(turn, part)});
      }
      return transaction.ExecuteMany("INSERT INTO trial VALUES ($1, $2, $3)", rows);
    });
    if (status && turn >= 0) {
      under_way_.erase(turn);
      acknowledged_.insert(turn);
    }
    return status;
  }

  std::string CheckRows(const std::vector<Row>& rows) const {
    std::map<int64_t, int64_t> parts;
    for (const Row& row : rows) {
      const int64_t turn = std::get<int64_t>(row[0]);
      if (row[2] != Value(Text(turn, std::get<int64_t>(row[1])))) {
        return fmt::format("turn {} has another text", turn);
      }
      if (!acknowledged_.contains(turn) && !under_way_.contains(turn)) {
        return fmt::format("turn {} was never written", turn);
      }
      ++parts[turn];
    }
    for (const auto& [turn, count] : parts) {
      if (count != kParts) return fmt::format("turn {} is torn: {} parts", turn, count);
    }
    for (const int64_t turn : acknowledged_) {
      if (!parts.contains(turn)) return fmt::format("turn {} was acknowledged and is lost", turn);
    }
    return {};
  }

  const SqliteLogSizes log_;
  Metrics metrics_;
  TemporaryFolder folder_;
  PowerLossVfs& disk_ = PowerLossVfs::Get();
  std::set<int64_t> acknowledged_, under_way_;
  std::vector<Error> refusals_;
};

struct Case {
  const char* name;
  SqliteLogSizes log;
  int64_t turns;
};

void PrintTo(const Case& shown, std::ostream* out) { *out << shown.name; }

class PowerLossTest : public ::testing::TestWithParam<Case> {
 protected:
  /// Each call fails in the long run, one of a few otherwise.
  static int64_t stride() { return FromEnvironment("CUTS", 0) > 0 ? 1 : 9; }

  const uint64_t seed_ = static_cast<uint64_t>(FromEnvironment(
      "SEED", std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000));
  PowerLossVfs& disk_ = PowerLossVfs::Get();
};

// Cuts at each change until a life is over before it, `cuts` times at least. The background copies
// make lives of different lengths, so a repetition is the same only as far as they allow.
TEST_P(PowerLossTest, KeepsWhatWasAcknowledged) {
  const int64_t at_least = FromEnvironment("CUTS", 1);
  int64_t cuts = 0, longest = 0;
  for (uint64_t seed = seed_; cuts < at_least; ++seed) {
    for (int64_t change = 1;; ++change) {
      Life life(GetParam().log);
      disk_.CutAt(change);
      life.Run(GetParam().turns, 2);
      const bool over = !disk_.cut();
      const std::string wrong = life.Check(seed * 1'000'003 + static_cast<uint64_t>(change));
      ASSERT_EQ(wrong, "") << "cut at change " << change << ", SEED=" << seed;
      if (over) break;
      ++cuts;
      longest = std::max(longest, change);
    }
  }
  std::cout << fmt::format("{} cuts, the longest life had {} changes, SEED={}\n", cuts, longest,
                           seed_);
  EXPECT_GT(longest, GetParam().turns * 2);  // a write and a sync each
}

TEST(ShortLogTest, StartsOver) {
  Life life(kShortLog);
  life.Run(40, 1);
  EXPECT_EQ(life.acknowledged(), 40);
  EXPECT_THAT(life.metrics(), ContainsRegex("fairline_wal_handover_seconds_count [1-9]"));
}

// A test of this test: who does not sync, or whose disk lies about it, loses.
TEST_P(PowerLossTest, NoticesADiskThatDoesNotSync) {
  std::string wrong;
  for (int64_t change = 1; wrong.empty(); ++change) {
    Life life(GetParam().log);
    disk_.CutAt(change);
    disk_.IgnoreSync();
    life.Run(GetParam().turns, 2);
    ASSERT_TRUE(disk_.cut()) << "no loss was noticed, SEED=" << seed_;
    wrong = life.Check(seed_ + static_cast<uint64_t>(change));
  }
}

// Every call in turn fails, once or until a few writes were refused. Each refusal says that the
// database is not available; then all goes on, in a second opening too, and what was acknowledged
// is there, also when the power fails at the end.
TEST_P(PowerLossTest, ADiskThatFailsRefusesAndLosesNothing) {
  for (const auto& [kind, code] : {std::pair{Kind::kWrite, SQLITE_IOERR_WRITE},
                                   {Kind::kWrite, SQLITE_FULL},
                                   {Kind::kSync, SQLITE_IOERR_FSYNC}}) {
    for (const bool lasts : {false, true}) {
      for (int64_t call = 1, met = 1; met != 0; call += stride()) {
        const std::string fault =
            fmt::format("code {} at call {}, lasts: {}, SEED={}", code, call, lasts, seed_);
        Life life(GetParam().log);
        disk_.Fail({kind, code, call, lasts});
        life.Run(GetParam().turns, 2, true);
        met = disk_.met();
        for (const Error& refusal : life.refusals()) {
          ASSERT_EQ(refusal.code, ErrorCode::kUnavailable) << refusal.detail << ", " << fault;
        }
        // Each of the two connections hears of a failed sync once.
        ASSERT_LE(life.refusals().size(), lasts ? 5 : 2) << fault;
        ASSERT_GE(life.acknowledged(), GetParam().turns - 5) << fault;
        ASSERT_EQ(life.Check(seed_ + static_cast<uint64_t>(call)), "") << fault;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, PowerLossTest,
                         ::testing::Values(Case{"Whole", {}, 20}, Case{"ShortLog", kShortLog, 40}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace fairline
