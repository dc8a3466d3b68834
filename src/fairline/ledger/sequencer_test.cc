// Every event gets exactly one index whatever happens to the processes that give them, and every
// checkpoint is of the order as it stays.
#include "fairline/ledger/sequencer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "fairline/core/file.h"
#include "fairline/core/random.h"
#include "fairline/ledger/checkpoint_shipper.h"
#include "fairline/ledger/test_ledger.h"

namespace fairline {
namespace {

using ::testing::HasSubstr;

/// A database as a process sees it that dies at some point of a transaction: from then on nothing
/// it does has an effect.
class MortalDatabase : public Database {
 public:
  enum class Death { kNone, kBeforeTransaction, kBeforeCommit, kAfterCommit };

  explicit MortalDatabase(Database& inner) : inner_(inner) {}

  /// `meanwhile` runs at the moment of death.
  void DieAt(Death death, std::function<void()> meanwhile = [] {}) {
    meanwhile_ = std::move(meanwhile);
    death_ = death;
  }
  void Revive() { dead_ = false; }

  DatabaseKind kind() const override { return inner_.kind(); }
  Result<std::vector<Row>> Query(std::string_view sql, const std::vector<Value>& values) override {
    if (dead_) return Gone();
    return inner_.Query(sql, values);
  }
  Status Write(const std::function<Status(Transaction&)>& work, Turn turn) override {
    if (dead_) return Gone();
    const Death death = death_.exchange(Death::kNone);
    if (death == Death::kBeforeTransaction) meanwhile_();
    const Status written = inner_.Write(
        [&](Transaction& transaction) -> Status {
          FAIRLINE_TRY(work(transaction));
          if (death != Death::kBeforeCommit) return {};
          dead_ = true;
          return Gone();
        },
        turn);
    if (death != Death::kAfterCommit) return written;
    dead_ = true;
    return Gone();
  }
  Status PurgeDeleted(std::span<const std::string_view> tables) override {
    return inner_.PurgeDeleted(tables);
  }

 private:
  static std::unexpected<Error> Gone() {
    return Fail(ErrorCode::kUnavailable, "the database is gone");
  }
  Database& inner_;
  std::atomic<Death> death_ = Death::kNone;
  std::atomic<bool> dead_ = false;
  std::function<void()> meanwhile_;
};
using Death = MortalDatabase::Death;

class SequencerTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  void SetUp() override {
    if (!TestDatabase::Available(GetParam())) GTEST_SKIP() << "no FAIRLINE_TEST_POSTGRES";
    made_.emplace(GetParam());
  }

  std::unique_ptr<Sequencer> NewSequencer(Database& database, SequencerSettings settings = {}) {
    return std::make_unique<Sequencer>(database, ledger().keyring(), ledger().clock(), metrics_,
                                       settings);
  }
  std::unique_ptr<Sequencer> NewSequencer(SequencerSettings settings = {}) {
    return NewSequencer(ledger().database(), settings);
  }
  static bool Round(Sequencer& sequencer, bool sign = false) {
    const auto held = sequencer.RunRound(sign);
    EXPECT_TRUE(held) << held.error().message << " " << held.error().detail;
    return held && *held;
  }
  int64_t Token() {
    return std::get<int64_t>(ledger().database().Query("SELECT token FROM leases")->at(0)[0]);
  }
  std::vector<int64_t> SignedSizes() {
    std::vector<int64_t> sizes;
    for (const auto& note : ledger().Notes()) sizes.push_back(ReadCheckpoint(note)->tree_size);
    return sizes;
  }

  TestLedger& ledger() { return *made_; }

  std::optional<TestLedger> made_;
  Metrics metrics_;
};

INSTANTIATE_TEST_SUITE_P(Each, SequencerTest, kBothDatabases, KindName);

TEST_P(SequencerTest, OrdersTheEventsOfAllWriters) {
  auto sequencer = NewSequencer();
  EXPECT_TRUE(Round(*sequencer));
  ledger().ExpectSound(0);
  EXPECT_TRUE(ledger().Notes().empty()) << "there is nothing to sign";
  for (size_t i = 0; i < 30; ++i) {
    ledger().Add(1 + i % 7, i % 4);
    if (i % 5 == 4) {
      EXPECT_TRUE(Round(*sequencer));
    }
  }
  EXPECT_TRUE(Round(*sequencer, true));
  ledger().ExpectSound(115);
  EXPECT_EQ(SignedSizes().back(), 115);
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_ledger_events_total 115"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_ledger_tree_size 115"));
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_ledger_leader 1"));
}

TEST_P(SequencerTest, SignsByTimeByNumberAndWhenAsked) {
  auto sequencer = NewSequencer({.checkpoint_millis = 10'000, .checkpoint_events = 10});
  ledger().Add(35);
  Round(*sequencer);
  EXPECT_EQ(SignedSizes(), (std::vector<int64_t>{10, 20, 30}));
  ledger().clock().Advance(9'999);
  Round(*sequencer);
  EXPECT_EQ(SignedSizes().back(), 30);
  ledger().clock().Advance(1);
  Round(*sequencer);
  EXPECT_EQ(SignedSizes().back(), 35);
  ledger().Add(1);
  Round(*sequencer);
  EXPECT_EQ(SignedSizes().back(), 35);
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_ledger_checkpoint_age_seconds 0"));
  ledger().clock().Advance(2'000);
  Round(*sequencer);
  EXPECT_THAT(metrics_.Text(), HasSubstr("fairline_ledger_checkpoint_age_seconds 2"));
  Round(*sequencer, true);
  Round(*sequencer, true);
  EXPECT_EQ(SignedSizes(), (std::vector<int64_t>{10, 20, 30, 35, 36}));
  ledger().ExpectSound(36);
}

TEST_P(SequencerTest, WritesNothingWhileThereIsNothingNew) {
  auto sequencer = NewSequencer();
  ledger().Add(3);
  Round(*sequencer);
  const int64_t token = Token();
  for (int i = 0; i < 5; ++i) {
    ledger().clock().Advance(60'000);
    EXPECT_TRUE(Round(*sequencer));
  }
  EXPECT_EQ(Token(), token);
}

TEST_P(SequencerTest, AnotherTakesOverOnlyFromAHolderWithoutASign) {
  auto holder = NewSequencer(), other = NewSequencer();
  ledger().Add(1);
  EXPECT_TRUE(Round(*holder));
  for (int i = 0; i < 20; ++i) {
    ledger().Add(1);
    EXPECT_FALSE(Round(*other)) << "the holder is alive";
    ledger().clock().Advance(1'000);
    EXPECT_TRUE(Round(*holder));
  }
  EXPECT_TRUE(Round(*holder, true));
  ledger().clock().Advance(100'000);
  EXPECT_FALSE(Round(*other)) << "nothing new is no reason to replace it";
  ledger().clock().Advance(100'000);
  ledger().Add(1);
  EXPECT_FALSE(Round(*other));
  ledger().clock().Advance(2'999);
  EXPECT_FALSE(Round(*other));
  ledger().clock().Advance(1);
  EXPECT_TRUE(Round(*other));
  EXPECT_FALSE(Round(*holder)) << "it was replaced";
  ledger().Add(1);
  EXPECT_TRUE(Round(*other, true));
  ledger().ExpectSound(23);
}

TEST_P(SequencerTest, AHolderThatEndsLetsTheNextOneStartAtOnce) {
  NewSequencer()->RunRound().value();
  ledger().Add(2);
  auto next = NewSequencer();
  EXPECT_TRUE(Round(*next));
  ledger().ExpectSound(2);
}

TEST_P(SequencerTest, AReplacedHolderCannotWrite) {
  MortalDatabase database(ledger().database());
  auto slow = NewSequencer(database), quick = NewSequencer();
  ledger().Add(1);
  ASSERT_TRUE(Round(*slow));
  ledger().Add(5, 1);
  EXPECT_FALSE(Round(*quick));
  ledger().clock().Advance(5'000);
  database.DieAt(Death::kBeforeTransaction, [&] {
    EXPECT_TRUE(Round(*quick)) << "it takes over while the other one sleeps";
    ledger().Add(3, 2);
    EXPECT_TRUE(Round(*quick));
  });
  EXPECT_FALSE(Round(*slow));
  EXPECT_FALSE(Round(*slow));
  EXPECT_TRUE(Round(*quick, true));
  ledger().ExpectSound(9);
}

TEST_P(SequencerTest, ACommitWhoseAnswerIsLostIsNotRepeated) {
  MortalDatabase database(ledger().database());
  auto sequencer = NewSequencer(database);
  ledger().Add(300);
  ASSERT_TRUE(Round(*sequencer));
  for (const Death death : {Death::kAfterCommit, Death::kBeforeCommit}) {
    ledger().Add(300, 1);
    database.DieAt(death);
    EXPECT_EQ(sequencer->RunRound().error().code, ErrorCode::kUnavailable);
    database.Revive();
    EXPECT_TRUE(Round(*sequencer, true));
  }
  ledger().ExpectSound(900);
}

TEST_P(SequencerTest, AWallClockThatStepsBackChangesNothing) {
  auto sequencer = NewSequencer();
  for (int i = 0; i < 10; ++i) {
    ledger().Add(2, static_cast<size_t>(i % 2));
    ledger().clock().Advance(10'000);
    ledger().clock().wall_micros -= 3'600'000'000;
    EXPECT_TRUE(Round(*sequencer));
    EXPECT_EQ(SignedSizes().back(), 2 * (i + 1)) << "the interval is measured otherwise";
  }
  ledger().ExpectSound(20);
}

TEST_P(SequencerTest, AMissingEventHoldsUpItsWriterOnly) {
  auto sequencer = NewSequencer();
  ledger().Add(5, 0);
  ledger().Add(5, 1);
  ASSERT_TRUE(ledger().database().Write([&](Transaction& transaction) {
    return transaction.Execute("DELETE FROM ledger_events WHERE writer = 1 AND seq = 3");
  }));
  const auto round = sequencer->RunRound();
  ASSERT_FALSE(round);
  EXPECT_EQ(round.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(round.error().message, HasSubstr("event 3 of the ledger's writer 1 is missing"));
  EXPECT_EQ(ledger().Leaves().size(), 8u);
}

TEST_P(SequencerTest, ABusyWriterDoesNotKeepOthersWaiting) {
  auto sequencer = NewSequencer({.checkpoint_events = 4});
  ledger().Add(6, 1);
  ledger().Add(1, 2);
  Round(*sequencer);
  ledger().Add(6, 1);
  Round(*sequencer);
  ledger().ExpectSound(13);
}

TEST_P(SequencerTest, ShipsEveryCheckpointAndTriesAgain) {
  const auto root = ledger().folder() / "objects";
  const auto store = OpenDiskStore(root);
  ASSERT_TRUE(WriteFileAtomically(root / "ledger", "in the way"));
  {
    auto sequencer = NewSequencer({.ship_to = store.get()});
    for (int i = 0; i < 3; ++i) {
      ledger().Add(4);
      EXPECT_TRUE(Round(*sequencer, true)) << "shipping holds nothing up";
    }
    std::filesystem::remove(root / "ledger");
    EXPECT_TRUE(Round(*sequencer));
    EXPECT_EQ(store->List("ledger/checkpoints/")->size(), 3u);
    EXPECT_EQ(store->Get(CheckpointKey(8)).value(), ledger().Notes()[1]);
  }
  ASSERT_TRUE(store->Delete(CheckpointKey(12)));
  auto next = NewSequencer({.ship_to = store.get()});
  EXPECT_TRUE(Round(*next));
  EXPECT_TRUE(store->Get(CheckpointKey(12))) << "what a crash kept from being shipped follows";
}

// The thread of Start: within a second, with the pauses of a real clock.
TEST_P(SequencerTest, RunsByItself) {
  Sequencer sequencer(ledger().database(), ledger().keyring(), SystemClock(), metrics_,
                      {.round_millis = 20, .checkpoint_millis = 50});
  sequencer.Start();
  for (int i = 0; i < 5; ++i) {
    ledger().Add(10, 1);
    for (int wait = 0; wait < 500 && (SignedSizes().empty() || SignedSizes().back() < 10 * (i + 1));
         ++wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(SignedSizes().back(), 10 * (i + 1));
  }
  ledger().ExpectSound(50);
}

// Random writers, sizes, rounds and restarts.
TEST(SequencerPropertyTest, AnySplitIntoRoundsGivesOneSoundOrder) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    TestLedger ledger;
    Metrics metrics;
    const auto checkpoint_events = static_cast<int64_t>(1 + random.Below(40));
    const SequencerSettings settings{.checkpoint_events = checkpoint_events};
    std::unique_ptr<Sequencer> sequencer;
    size_t events = 0;
    for (int step = 0; step < 12; ++step) {
      if (!sequencer || random.Below(4) == 0) {
        sequencer.reset();
        sequencer = std::make_unique<Sequencer>(ledger.database(), ledger.keyring(), ledger.clock(),
                                                metrics, settings);
      }
      const size_t count = 1 + random.Below(90);
      ledger.Add(count, random.Below(4));
      events += count;
      if (random.Below(3) > 0) continue;
      EXPECT_TRUE(sequencer->RunRound(random.Below(2) == 0).value());
    }
    EXPECT_TRUE(sequencer->RunRound(true).value());
    ledger.ExpectSound(events);
    int64_t previous = 0;
    for (const auto& note : ledger.Notes()) {
      const int64_t size = ReadCheckpoint(note)->tree_size;
      EXPECT_LE(size - previous, checkpoint_events);
      previous = size;
    }
  }
}

// Three processes, each with its own connection, of which the leading one dies fifty times at the
// worst moments while events are written.
TEST_P(SequencerTest, FiftyDeathsLeaveNoGapAndNoDuplicate) {
  constexpr int kDeaths = 50;
  std::atomic<int> deaths = 0;
  std::atomic<bool> done = false;
  static_cast<void>(ledger().verifier());  // the key is there before anyone dies
  const SequencerSettings settings{
      .round_millis = 2, .checkpoint_millis = 10, .checkpoint_events = 50, .lease_millis = 30};
  const auto live = [&](uint64_t seed) {
    Random random(seed);
    const auto connection = ledger().OpenAgain();
    while (!done) {
      MortalDatabase database(*connection);
      Metrics metrics;
      Sequencer sequencer(database, ledger().keyring(), SystemClock(), metrics, settings);
      for (uint64_t rounds = 1 + random.Below(20); !done; std::this_thread::yield()) {
        const bool fatal = rounds <= 1;
        if (fatal) {
          database.DieAt(random.Below(2) == 0 ? Death::kBeforeCommit : Death::kAfterCommit);
        }
        const auto held = sequencer.RunRound();
        if (!held) break;
        if (*held && !fatal) --rounds;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (!done) ++deaths;
    }
  };
  {
    std::vector<std::jthread> processes;
    for (uint64_t seed : {1, 2, 3}) processes.emplace_back(live, seed);
    size_t events = 0;
    while (deaths < kDeaths && events < 200'000) {
      ledger().Add(3, events % 3);
      events += 3;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    done = true;
    processes.clear();
    ledger().Add(1);
    auto last = NewSequencer();
    Round(*last);
    ledger().clock().Advance(1'000'000);
    EXPECT_TRUE(Round(*last, true));
    ledger().ExpectSound(events + 1);
  }
  EXPECT_GE(deaths, kDeaths);
}

}  // namespace
}  // namespace fairline
