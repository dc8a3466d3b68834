// Puts the events of all writers into one order: every event gets a leaf index of the Merkle log
// (RFC 6962), and the log a signed checkpoint. One process at a time does it, the holder of a
// lease; the state is in the database, so that another goes on where it stopped.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fairline/core/clock.h"
#include "fairline/core/config.h"
#include "fairline/core/metrics.h"
#include "fairline/core/result.h"
#include "fairline/crypto/keyring.h"
#include "fairline/storage/database.h"
#include "fairline/storage/object_store.h"

namespace fairline {

/// Name of the data key that signs checkpoints (storage/data_key.h).
inline constexpr const char* kLedgerSigningKey = "ledger-signing";

struct SequencerSettings {
  std::string origin = "fairline";     // first line of every checkpoint
  int64_t round_millis = 250;          // events are looked for this often
  int64_t checkpoint_millis = 10'000;  // new events are signed after so long at most
  int64_t checkpoint_events = 10'000;  // and at least every so many events
  int64_t lease_millis = 3'000;        // a holder that shows no sign for so long is replaced
  ObjectStore* ship_to = nullptr;      // checkpoints also go here, under ledger/checkpoints/
};

/// ledger.* of the settings, without ship_to. kInvalidArgument names a setting out of range.
Result<SequencerSettings> ReadSequencerSettings(const Config& config);

class Sequencer {
 public:
  /// References outlive the sequencer.
  Sequencer(Database& database, Keyring& keyring, const Clock& clock, Metrics& metrics,
            SequencerSettings settings);
  ~Sequencer();

  /// Runs rounds on a thread of its own until destroyed. Failures are logged and tried again.
  void Start();
  /// One round now: takes the lease if nobody shows signs of holding it, orders the new events and
  /// signs when due, or whatever is not signed yet with `sign`. False when another process holds
  /// the lease. kDataLoss, after all other events, when one is missing.
  Result<bool> RunRound(bool sign = false);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fairline
