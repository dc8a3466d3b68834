// A round reads what is new, computes the order's next rows in memory and stores them in one
// transaction together with the sign of life of the lease. While there is nothing new, nothing is
// written: a holder needs to show that it is alive only when there is something to do.
#include "fairline/ledger/sequencer.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "fairline/core/log.h"
#include "fairline/ledger/checkpoint_shipper.h"
#include "fairline/ledger/lease.h"
#include "fairline/ledger/ledger_round.h"
#include "fairline/ledger/ledger_tables.h"
#include "fairline/storage/data_key.h"

namespace fairline {
namespace {

constexpr const char* kLease = "ledger-sequencer";
constexpr int64_t kMicrosPerMilli = 1000;
constexpr int64_t kCheckpointSecondsMax = 3600;
constexpr int64_t kShipRetryMillis = 5000;
constexpr int64_t kLogAgainMicros = 60'000'000;

/// Says a failure once, and again every minute while it lasts.
class FailureLog {
 public:
  explicit FailureLog(std::string_view event) : event_(event) {}
  void Note(const Status& status, int64_t now_micros) {
    if (status) {
      failing_ = false;
    } else if (!failing_ || now_micros - logged_micros_ >= kLogAgainMicros) {
      LogError(event_, status.error());
      failing_ = true;
      logged_micros_ = now_micros;
    }
  }

 private:
  std::string_view event_;
  bool failing_ = false;
  int64_t logged_micros_ = 0;
};

}  // namespace

Result<SequencerSettings> ReadSequencerSettings(const Config& config) {
  SequencerSettings settings;
  settings.origin = config.String("ledger.origin");
  const int64_t seconds = config.Integer("ledger.checkpoint_seconds");
  if (seconds < 1 || seconds > kCheckpointSecondsMax) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("ledger.checkpoint_seconds: {} is not in 1 to {}", seconds,
                            kCheckpointSecondsMax));
  }
  settings.checkpoint_millis = 1000 * seconds;
  return settings;
}

struct Sequencer::State {
  State(Database& database_in, Keyring& keyring_in, const Clock& clock_in, Metrics& metrics,
        SequencerSettings settings_in);

  // Rounds; the caller holds rounds_mutex.
  Result<bool> RunRounds(bool sign);
  Result<bool> BecomeHolder(const LedgerSizes& sizes, bool sign);
  Status Load();
  Result<bool> RunOneRound(bool sign);
  bool CheckpointDue(const LedgerOrder& order) const;
  Status Commit(LedgerRound& round);
  void Show();

  // Threads.
  void LoopRounds();
  void LoopShipping();
  Status Ship();
  void StopThreads();
  /// False when it is time to stop.
  bool Sleep(int64_t millis);

  Database& database;
  Keyring& keyring;
  const Clock& clock;
  const SequencerSettings settings;

  std::mutex rounds_mutex;
  Lease lease{kLease};
  std::optional<LedgerOrder> order;  // known while the lease is held
  std::optional<SecretKey> key;
  int64_t signed_at_micros = 0;  // monotonic
  bool sign_soon = true;         // when the last checkpoint was signed is not known

  std::mutex shipping_mutex;
  std::optional<CheckpointShipper> shipper;
  std::atomic<bool> leader = false;

  std::mutex stop_mutex;
  std::condition_variable stop_changed;
  std::atomic<bool> stopping = false;
  std::jthread rounds_thread, shipping_thread;

  prometheus::Counter& events_total;
  prometheus::Gauge& tree_size;
  prometheus::Gauge& checkpoint_age_seconds;
  prometheus::Gauge& leader_gauge;
};

Sequencer::State::State(Database& database_in, Keyring& keyring_in, const Clock& clock_in,
                        Metrics& metrics, SequencerSettings settings_in)
    : database(database_in),
      keyring(keyring_in),
      clock(clock_in),
      settings(std::move(settings_in)),
      events_total(metrics.Counter("fairline_ledger_events_total",
                                   "Events that this process has put into the ledger's order.")),
      tree_size(metrics.Gauge("fairline_ledger_tree_size", "Events in the ledger's order.")),
      checkpoint_age_seconds(
          metrics.Gauge("fairline_ledger_checkpoint_age_seconds",
                        "Time since the last checkpoint; 0 while it covers every event.")),
      leader_gauge(metrics.Gauge("fairline_ledger_leader",
                                 "Whether this process makes the ledger's order: 1 or 0.")) {
  if (settings.ship_to != nullptr) shipper.emplace(database, *settings.ship_to);
}

Result<bool> Sequencer::State::RunRounds(bool sign) {
  const LedgerSizes sizes = FAIRLINE_TRY(ReadLedgerSizes(database));
  tree_size.Set(static_cast<double>(sizes.tree_size));
  FAIRLINE_TRY(lease.Look(database));
  if (!lease.held()) {
    order.reset();
    if (!FAIRLINE_TRY(BecomeHolder(sizes, sign))) return false;
  }
  if (order && order->edge.size() != sizes.tree_size) order.reset();
  if (!order) FAIRLINE_TRY(Load());
  const bool nothing_new = sizes.events == sizes.tree_size && sizes.tree_size == sizes.signed_size;
  if (nothing_new) return true;
  while (!stopping) {
    const Result<bool> full = RunOneRound(sign);
    if (!full && full.error().code == ErrorCode::kConflict) return false;
    if (!FAIRLINE_TRY(full)) break;
  }
  return true;
}

Result<bool> Sequencer::State::BecomeHolder(const LedgerSizes& sizes, bool sign) {
  const bool unordered = sizes.events > sizes.tree_size;
  const bool is_unsigned = sizes.tree_size > sizes.signed_size;
  // A living holder orders new events in its next round and signs within the checkpoint interval.
  int64_t patience_millis = 0;
  if (unordered || (sign && is_unsigned)) {
    patience_millis = settings.lease_millis;
  } else if (is_unsigned) {
    patience_millis = settings.checkpoint_millis + settings.lease_millis;
  }
  if (!lease.MayTake(clock.MonotonicMicros(), patience_millis * kMicrosPerMilli)) return false;
  if (!FAIRLINE_TRY(lease.Take(database))) return false;
  LogInfo("ledger.leading", {{"tree_size", sizes.tree_size}});
  return true;
}

Status Sequencer::State::Load() {
  FAIRLINE_TRY(CheckOrigin(settings.origin));
  if (!key) key = FAIRLINE_TRY(DataKey(database, keyring, kLedgerSigningKey));
  order = FAIRLINE_TRY(ReadLedgerOrder(database));
  sign_soon = true;
  signed_at_micros = clock.MonotonicMicros();
  return {};
}

bool Sequencer::State::CheckpointDue(const LedgerOrder& order_now) const {
  const int64_t waiting = order_now.edge.size() - order_now.signed_size;
  if (waiting == 0) return false;
  return sign_soon || waiting >= settings.checkpoint_events ||
         clock.MonotonicMicros() - signed_at_micros >= settings.checkpoint_millis * kMicrosPerMilli;
}

// True when it was full, so that more may be waiting.
Result<bool> Sequencer::State::RunOneRound(bool sign) {
  const int64_t limit =
      std::max<int64_t>(0, order->signed_size + settings.checkpoint_events - order->edge.size());
  LedgerRound round(*order);
  const Status taken = round.Take(database, limit);
  if (!taken && taken.error().code != ErrorCode::kDataLoss) return std::unexpected(taken.error());
  const bool has_unsigned = round.order().edge.size() > round.order().signed_size;
  const bool signs = CheckpointDue(round.order()) || (sign && has_unsigned);
  if (signs) round.Sign(settings.origin, clock.NowMicros(), *key);
  const bool full = round.events() == limit;
  if (!round.empty()) FAIRLINE_TRY(Commit(round));
  if (signs) {
    signed_at_micros = clock.MonotonicMicros();
    sign_soon = false;
  }
  if (!taken) return std::unexpected(taken.error());
  return full;
}

// After a failure nothing in memory is certain: the commit may have happened.
Status Sequencer::State::Commit(LedgerRound& round) {
  const Status stored = database.Write(
      [&](Transaction& transaction) -> Status {
        FAIRLINE_TRY(lease.Renew(transaction));
        return round.Store(transaction);
      },
      Turn::kBeside);
  if (!stored) {
    order.reset();
    return stored;
  }
  lease.Renewed();
  events_total.Increment(static_cast<double>(round.events()));
  order = round.order();
  return {};
}

void Sequencer::State::Show() {
  leader = lease.held() && order.has_value();
  leader_gauge.Set(leader ? 1 : 0);
  double age_seconds = 0;
  if (leader) {
    tree_size.Set(static_cast<double>(order->edge.size()));
    if (order->edge.size() > order->signed_size) {
      age_seconds = static_cast<double>(clock.MonotonicMicros() - signed_at_micros) / 1e6;
    }
  }
  checkpoint_age_seconds.Set(age_seconds);
}

bool Sequencer::State::Sleep(int64_t millis) {
  std::unique_lock lock(stop_mutex);
  return !stop_changed.wait_for(lock, std::chrono::milliseconds(millis),
                                [&] { return stopping.load(); });
}

void Sequencer::State::LoopRounds() {
  FailureLog failures("ledger.round_failed");
  do {
    const std::lock_guard lock(rounds_mutex);
    const Result<bool> held = RunRounds(false);
    Show();
    failures.Note(held ? Status() : std::unexpected(held.error()), clock.MonotonicMicros());
  } while (Sleep(settings.round_millis));
}

Status Sequencer::State::Ship() {
  const std::lock_guard lock(shipping_mutex);
  return shipper->ShipNew();
}

void Sequencer::State::LoopShipping() {
  FailureLog failures("ledger.shipping_failed");
  bool awake = true;
  while (awake) {
    const Status shipped = leader ? Ship() : Status();
    failures.Note(shipped, clock.MonotonicMicros());
    awake = Sleep(shipped ? settings.round_millis : kShipRetryMillis);
  }
}

void Sequencer::State::StopThreads() {
  {
    const std::lock_guard lock(stop_mutex);
    stopping = true;
  }
  stop_changed.notify_all();
  if (rounds_thread.joinable()) rounds_thread.join();
  if (shipping_thread.joinable()) shipping_thread.join();
}

Sequencer::Sequencer(Database& database, Keyring& keyring, const Clock& clock, Metrics& metrics,
                     SequencerSettings settings)
    : state_(std::make_unique<State>(database, keyring, clock, metrics, std::move(settings))) {}

Sequencer::~Sequencer() {
  state_->StopThreads();
  if (!state_->lease.held()) return;
  const Status released = state_->lease.Release(state_->database);
  if (!released) LogError("ledger.lease_kept", released.error());
}

void Sequencer::Start() {
  state_->rounds_thread = std::jthread([this] { state_->LoopRounds(); });
  if (!state_->shipper) return;
  state_->shipping_thread = std::jthread([this] { state_->LoopShipping(); });
}

Result<bool> Sequencer::RunRound(bool sign) {
  const std::lock_guard lock(state_->rounds_mutex);
  const Result<bool> held = state_->RunRounds(sign);
  state_->Show();
  const bool ships = state_->shipper && !state_->shipping_thread.joinable();
  if (held && *held && ships) {
    const Status shipped = state_->Ship();
    if (!shipped) LogError("ledger.shipping_failed", shipped.error());
  }
  return held;
}

}  // namespace fairline
