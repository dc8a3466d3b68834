// Whether the ledger is what it was: every event recomputed, every chain followed, every checkpoint
// checked, in memory that does not grow with its length.
//
// What is changed under a checkpoint that was kept elsewhere is always found: a single event by its
// index, a rewriting that fits together by the first checkpoint that does not.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/ledger/checkpoint.h"
#include "fairline/ledger/event_reader.h"
#include "fairline/storage/database.h"

namespace fairline {

/// One thing that is not as it was.
struct LedgerFinding {
  std::optional<int64_t> index;  // in the order
  std::string event_id;          // empty when it is about no event, or nobody knows
  std::optional<ChainPosition> position;
  std::string what;  // a sentence without its full stop

  /// With the place in front: `event 0198… (index 17, writer 1, number 4): …`.
  std::string Text() const;
};

/// Events at the end that nothing vouches for yet.
struct LedgerTail {
  int64_t events = 0;
  std::string since;  // timestamp of the first; empty when erased or none
};

struct LedgerReport {
  int64_t events = 0;       // in the order
  int64_t erased = 0;       // of all, those whose payload is erased: their commitments stand
  int64_t writers = 0;      // chains
  int64_t checkpoints = 0;  // stored ones, all looked at
  int64_t kept = 0;         // of the caller's
  int64_t events_before_ledger = 0;           // written by a release without a ledger: unprotected
  std::optional<Checkpoint> newest_good;      // the last one the events agree with
  std::optional<Checkpoint> first_divergent;  // the first one they do not agree with
  LedgerTail not_ordered;                     // chained, but not in the order yet
  LedgerTail not_signed;                      // in the order, but not under a good checkpoint
  std::vector<LedgerFinding> findings;        // the first kListedFindings
  int64_t findings_total = 0;

  bool ok() const { return findings_total == 0; }
};
inline constexpr size_t kListedFindings = 1000;

/// A checkpoint from outside the database.
struct KeptCheckpoint {
  std::string name;  // for messages: its file
  std::string note;
};

struct VerifyOptions {
  std::string public_key;  // 32 bytes; who signs
  std::vector<KeptCheckpoint> kept;
  /// Looks further into an event whose payload is genuine: what is wrong, empty when nothing is.
  std::function<Result<std::string>(const LedgerEvent& event)> check_event;
  std::function<void(int64_t done, int64_t total)> progress;
  const std::atomic<bool>* stop = nullptr;  // kCancelled when set
};

/// Reads the ledger as it was when the call began; it may grow meanwhile. Fails only when the
/// database does.
Result<LedgerReport> VerifyLedger(Database& database, const VerifyOptions& options);

}  // namespace fairline
