// A ledger in a database of its own, for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fairline/core/metrics.h"
#include "fairline/crypto/keyring.h"
#include "fairline/crypto/signature.h"
#include "fairline/ledger/audit.h"
#include "fairline/ledger/checkpoint.h"
#include "fairline/ledger/event_hash.h"
#include "fairline/ledger/ledger_tables.h"
#include "fairline/ledger/sequencer.h"
#include "fairline/storage/data_key.h"
#include "fairline/storage/temporary_folder.h"
#include "fairline/storage/test_database.h"

namespace fairline {

/// Wall clock and monotonic clock that a test moves apart.
class TwoClocks : public Clock {
 public:
  int64_t NowMicros() const override { return wall_micros; }
  int64_t MonotonicMicros() const override { return monotonic_micros; }
  void Advance(int64_t millis) {
    wall_micros += millis * 1000;
    monotonic_micros += millis * 1000;
  }
  int64_t wall_micros = 1'795'257'660'000'000;
  int64_t monotonic_micros = 5'000'000;
};

class TestLedger {
 public:
  explicit TestLedger(DatabaseKind kind = DatabaseKind::kSqlite) : test_database_(kind) {
    writers_.push_back(kMainWriter);
  }

  const std::filesystem::path& folder() const { return folder_.path(); }
  Database& database() { return *database_; }
  Keyring& keyring() { return keyring_; }
  TwoClocks& clock() { return clock_; }

  /// As another process does.
  std::unique_ptr<Database> OpenAgain() const { return test_database_.Open(); }

  /// Writer 0 is the main one.
  LedgerWriter Writer(size_t i) {
    while (writers_.size() <= i) {
      EXPECT_TRUE(database_->Write([&](Transaction& transaction) -> Status {
        writers_.push_back(FAIRLINE_TRY(ClaimWriter(transaction, clock_)));
        return {};
      }));
    }
    return writers_[i];
  }

  AuditEvent NewEvent() {
    AuditEvent event{ids_.Next(), "decision",         ids_.Next(),       "decisions.create",
                     "system",    Json::MakeObject(), clock_.NowMicros()};
    event.metadata["model"] = "credit_risk";
    event.metadata["number"] = ++made_;
    return event;
  }

  /// One transaction of `count` events by writer number `writer`.
  void Add(size_t count, size_t writer = 0) {
    const LedgerWriter id = Writer(writer);
    std::vector<AuditEvent> events;
    for (size_t i = 0; i < count; ++i) events.push_back(NewEvent());
    const Status added = database_->Write(
        [&](Transaction& transaction) { return AppendEvents(transaction, id, events); });
    ASSERT_TRUE(added) << added.error().message << added.error().detail;
  }

  CheckpointVerifier verifier() {
    return {"fairline", SigningPublicKey(*DataKey(*database_, keyring_, "ledger-signing"))};
  }

  std::vector<std::string> Notes() {
    std::vector<std::string> notes;
    const auto checkpoints = *CheckpointsAbove(*database_, 0, 1'000'000);
    for (const auto& checkpoint : checkpoints) notes.push_back(checkpoint.note);
    return notes;
  }

  /// The leaf hashes in the order, read naively; fails the test on a gap, a duplicate or an event
  /// of a writer out of its turn.
  std::vector<std::string> Leaves() {
    std::vector<std::string> leaves;
    std::map<int64_t, int64_t> next;
    const auto ranges = *database_->Query(
        "SELECT first_index, writer, first_seq, count FROM ledger_ranges ORDER BY 1");
    for (const Row& range : ranges) {
      const int64_t writer = std::get<int64_t>(range[1]), count = std::get<int64_t>(range[3]);
      EXPECT_EQ(std::get<int64_t>(range[0]), static_cast<int64_t>(leaves.size())) << "gap";
      EXPECT_EQ(std::get<int64_t>(range[2]), next[writer]) << "order of writer " << writer;
      const auto events = *database_->Query(
          "SELECT seq, event_id, commitment FROM ledger_events WHERE writer = $1 AND seq >= $2 AND "
          "seq < $3 ORDER BY seq",
          {writer, next[writer], next[writer] + count});
      EXPECT_EQ(static_cast<int64_t>(events.size()), count);
      for (const Row& event : events) {
        leaves.push_back(EventLeaf({writer, next[writer]++}, std::get<std::string>(event[1]),
                                   std::get<Blob>(event[2]).bytes));
      }
    }
    return leaves;
  }

  /// Every checkpoint is genuine, names the one before it and has the root of its leaves, and the
  /// order holds `events` of them.
  void ExpectSound(size_t events) {
    const std::vector<std::string> leaves = Leaves();
    EXPECT_EQ(leaves.size(), events);
    int64_t previous = 0;
    for (const std::string& note : Notes()) {
      const auto checkpoint = OpenCheckpoint(note, verifier());
      ASSERT_TRUE(checkpoint) << checkpoint.error().message;
      EXPECT_EQ(checkpoint->previous_size, previous);
      previous = checkpoint->tree_size;
      ASSERT_LE(previous, static_cast<int64_t>(leaves.size()));
      std::string joined;
      for (int64_t i = 0; i < previous; ++i) joined += leaves[static_cast<size_t>(i)];
      EXPECT_EQ(checkpoint->root, MerkleRoot(joined)) << "at " << previous;
    }
  }

 private:
  TemporaryFolder folder_;
  TestDatabase test_database_;
  TwoClocks clock_;
  std::unique_ptr<Database> database_ = test_database_.Open();
  Keyring keyring_ = *Keyring::FromText("a " + std::string(43, 'A') + "=", "test");
  IdGenerator ids_{SystemClock()};
  std::vector<LedgerWriter> writers_;
  int64_t made_ = 0;
};

}  // namespace fairline
