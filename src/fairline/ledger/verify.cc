// The half of a verification that looks at the events: ranges in the order of the leaves, each
// writer's chain along them, and what is left over at the end.
#include "fairline/ledger/verify.h"

#include <fmt/format.h>

#include <map>

#include "fairline/ledger/ledger_tables.h"
#include "fairline/ledger/row_values.h"
#include "fairline/ledger/verify_findings.h"
#include "fairline/ledger/verify_tree.h"

namespace fairline {
namespace {

constexpr int64_t kRangesPerRead = 10'000;
constexpr int64_t kListedStrays = 100;
constexpr int64_t kProgressEvents = 1000;
constexpr int64_t kMostEvents = int64_t{1} << 62;  // numbers beyond it are damage

/// One writer's chain as far as it was followed.
struct Chain {
  int64_t next = 0;  // seq
  // Two links may come before the next one: what the events give and what is stored. After a
  // changed event they differ, and the next event tells by fitting one of them.
  std::string computed = FirstChain(), stored = FirstChain();
  bool known = true;  // false after a jump
};

struct Range {
  int64_t first_index, writer, first_seq, count;
};

class Verifier {
 public:
  Verifier(Database& database, const VerifyOptions& options)
      : database_(database),
        options_(options),
        findings_(report_),
        events_(database),
        tree_(database, options, report_) {}

  Result<LedgerReport> Run();

 private:
  struct Writer {
    int64_t next_seq = 0;
    std::string head;
  };

  Status ReadWriters();
  Status WalkOrder();
  Status WalkRange(const Range& range);
  Status FillGap(int64_t end);
  Status WalkEvent(ChainPosition position);
  Status NoteMissing(ChainPosition position, std::string_view stored);
  bool FollowChain(const LedgerEvent& event, std::string_view leaf);
  Status CheckPayload(const LedgerEvent& event, std::optional<int64_t> index);
  Status WalkTails();
  Status WalkTail(LedgerWriter id, const Writer& writer);
  Status CheckStrays();
  Status CheckStrayEvents();
  Status CheckStrayPayloads();
  Status Pause();

  Database& database_;
  const VerifyOptions& options_;
  LedgerReport report_;
  Findings findings_;
  EventReader events_;
  TreeVerifier tree_;
  std::map<LedgerWriter, Writer> writers_;
  std::map<LedgerWriter, Chain> chains_;
  int64_t order_size_ = 0;  // when the verification began
  int64_t seen_events_ = 0, seen_payloads_ = 0;
  bool broken_ = false;  // the order cannot be followed any further
};

Result<LedgerReport> Verifier::Run() {
  tree_.Begin();
  order_size_ = FAIRLINE_TRY(ReadLedgerSizes(database_)).tree_size;
  FAIRLINE_TRY(ReadWriters());
  FAIRLINE_TRY(WalkOrder());
  FAIRLINE_TRY(tree_.Finish(!broken_));
  report_.events = tree_.size();
  FAIRLINE_TRY(WalkTails());
  FAIRLINE_TRY(CheckStrays());
  const auto before = FAIRLINE_TRY(database_.Query("SELECT COUNT(*) FROM audit_log_before_ledger"));
  report_.events_before_ledger = NumberIn(before[0][0], 0);
  return std::move(report_);
}

Status Verifier::ReadWriters() {
  auto rows = FAIRLINE_TRY(database_.Query("SELECT id, next_seq, head FROM ledger_writers"));
  for (Row& row : rows) {
    writers_[NumberIn(row[0])] = {NumberIn(row[1]), TakeBytes(row[2])};
  }
  report_.writers = static_cast<int64_t>(writers_.size());
  return {};
}

Status Verifier::WalkOrder() {
  int64_t above = INT64_MIN;
  while (!broken_) {
    const auto rows = FAIRLINE_TRY(
        database_.Query("SELECT first_index, writer, first_seq, count FROM ledger_ranges "
                        "WHERE first_index > $1 AND first_index < $2 ORDER BY first_index LIMIT $3",
                        {above, order_size_, kRangesPerRead}));
    for (const Row& row : rows) {
      const auto number = [&](size_t column) { return NumberIn(row[column]); };
      FAIRLINE_TRY(WalkRange({number(0), number(1), number(2), number(3)}));
      if (broken_) break;
      above = number(0);
    }
    if (rows.size() < kRangesPerRead) break;
  }
  return {};
}

Status Verifier::WalkRange(const Range& range) {
  if (range.first_index < tree_.size() || range.count <= 0) {
    findings_.AddAt(range.first_index,
                    fmt::format("the order gives this index twice, to event {} of writer {} too",
                                range.first_seq, range.writer));
    return {};
  }
  if (range.first_seq < 0 || range.first_seq > kMostEvents || range.count > kMostEvents) {
    findings_.AddAt(range.first_index, "the order names events that no writer can have");
    return {};
  }
  if (range.first_index > tree_.size()) FAIRLINE_TRY(FillGap(range.first_index));
  if (broken_) return {};
  Chain& chain = chains_[range.writer];
  if (range.first_seq != chain.next) {
    findings_.AddAt(range.first_index,
                    fmt::format("the order goes on with event {} of writer {}, but {} was its turn",
                                range.first_seq, range.writer, chain.next));
    chain.next = range.first_seq;
    chain.known = false;
  }
  for (int64_t i = 0; i < range.count && !broken_; ++i) {
    FAIRLINE_TRY(WalkEvent({range.writer, range.first_seq + i}));
    if (tree_.size() % kProgressEvents == 0) FAIRLINE_TRY(Pause());
  }
  return {};
}

// The stored tree knows the leaves even where the order lost them.
Status Verifier::FillGap(int64_t end) {
  findings_.AddAt(tree_.size(), fmt::format("the order gives the indexes {} to {} to no event",
                                            tree_.size(), end - 1));
  while (tree_.size() < end) {
    const std::string leaf(FAIRLINE_TRY(tree_.NextStored()));
    if (leaf.empty()) {
      broken_ = true;
      return {};
    }
    FAIRLINE_TRY(tree_.Append(leaf, leaf));
  }
  return {};
}

Status Verifier::WalkEvent(ChainPosition position) {
  const int64_t index = tree_.size();
  const std::string_view stored = FAIRLINE_TRY(tree_.NextStored());
  const LedgerEvent* event = FAIRLINE_TRY(events_.Find(position));
  if (event == nullptr) return NoteMissing(position, stored);
  if (report_.not_signed.events++ == 0 && event->payload) {
    report_.not_signed.since = event->payload->timestamp;
  }
  const std::string leaf = event->Leaf();
  const bool leaf_differs = !stored.empty() && leaf != stored;
  const bool chain_differs = !FollowChain(*event, leaf);
  if (leaf_differs && chain_differs) {
    seen_payloads_ += event->payload ? 1 : 0;
    findings_.Add({index, event->event_id, position, "its id, number or commitment was changed"});
    return tree_.Append(leaf, stored);
  }
  FAIRLINE_TRY(CheckPayload(*event, index));
  if (leaf_differs) {
    findings_.Add({index, event->event_id, position, "the stored tree holds another event here"});
  } else if (chain_differs) {
    findings_.Add({index, event->event_id, position,
                   "the hash that chains it to the event before it was changed"});
  }
  return tree_.Append(leaf, stored);
}

Status Verifier::NoteMissing(ChainPosition position, std::string_view stored) {
  findings_.Add({tree_.size(), {}, position, "the event is missing"});
  Chain& chain = chains_[position.writer];
  chain.next = position.seq + 1;
  if (stored.empty()) {
    broken_ = true;
    return {};
  }
  chain.computed = NextChain(chain.computed, stored);
  chain.stored = chain.computed;
  const std::string leaf(stored);
  return tree_.Append(leaf, leaf);
}

bool Verifier::FollowChain(const LedgerEvent& event, std::string_view leaf) {
  Chain& chain = chains_[event.position.writer];
  chain.next = event.position.seq + 1;
  ++seen_events_;
  const std::string computed = NextChain(chain.computed, leaf);
  const bool fits =
      !chain.known || event.chain == computed ||
      (chain.stored != chain.computed && event.chain == NextChain(chain.stored, leaf));
  chain.computed = fits ? event.chain : computed;
  chain.stored = event.chain;
  chain.known = true;
  return fits;
}

Status Verifier::CheckPayload(const LedgerEvent& event, std::optional<int64_t> index) {
  if (!event.payload) {
    ++report_.erased;
    return {};
  }
  ++seen_payloads_;
  std::string what;
  if (event.CommitmentOfPayload() != event.commitment) {
    what = "what it says is not what was recorded";
  } else if (options_.check_event) {
    what = FAIRLINE_TRY(options_.check_event(event));
  }
  if (!what.empty()) findings_.Add({index, event.event_id, event.position, what});
  return {};
}

Status Verifier::WalkTails() {
  for (const auto& [id, writer] : writers_) FAIRLINE_TRY(WalkTail(id, writer));
  for (const auto& [id, chain] : chains_) {
    if (writers_.contains(id)) continue;
    findings_.Add(fmt::format("the ledger's list of writers lacks writer {}", id));
  }
  return {};
}

Status Verifier::WalkTail(LedgerWriter id, const Writer& writer) {
  Chain& chain = chains_[id];
  while (chain.next < writer.next_seq) {
    const ChainPosition position{id, chain.next};
    const LedgerEvent* event = FAIRLINE_TRY(events_.Find(position));
    if (event == nullptr) {
      findings_.Add({{}, {}, position, "the event is missing"});
      break;
    }
    LedgerTail& tail = report_.not_ordered;
    ++tail.events;
    if (event->payload && (tail.since.empty() || event->payload->timestamp < tail.since)) {
      tail.since = event->payload->timestamp;
    }
    FAIRLINE_TRY(CheckPayload(*event, {}));
    if (!FollowChain(*event, event->Leaf())) {
      findings_.Add(
          {{}, event->event_id, position, "its id, number, commitment or chain was changed"});
    }
  }
  const bool same_head =
      !chain.known || writer.head == chain.computed || writer.head == chain.stored;
  if (chain.next != writer.next_seq) {
    findings_.Add(
        fmt::format("the chain of writer {} ends with number {}, not with number {} as "
                    "the list of writers says",
                    id, chain.next - 1, writer.next_seq - 1));
  } else if (!same_head) {
    findings_.Add(fmt::format(
        "the chain of writer {} ends with another hash than the list of writers says", id));
  }
  return {};
}

Status Verifier::CheckStrays() {
  const auto rows = FAIRLINE_TRY(database_.Query(
      "SELECT (SELECT COUNT(*) FROM ledger_events), (SELECT COUNT(*) FROM audit_payloads), "
      "COALESCE((SELECT CAST(SUM(next_seq) AS BIGINT) FROM ledger_writers), 0)"));
  const int64_t events = NumberIn(rows[0][0]);
  const int64_t payloads = NumberIn(rows[0][1]);
  // The exact look takes longer, and is needed only when the counts do not fit.
  if (events != NumberIn(rows[0][2]) || !report_.ok()) FAIRLINE_TRY(CheckStrayEvents());
  if (events != seen_events_ || payloads != seen_payloads_) FAIRLINE_TRY(CheckStrayPayloads());
  return {};
}

Status Verifier::CheckStrayEvents() {
  auto rows = FAIRLINE_TRY(database_.Query(
      "SELECT e.writer, e.seq, e.event_id FROM ledger_events e LEFT JOIN ledger_writers w "
      "ON w.id = e.writer WHERE w.id IS NULL OR e.seq >= w.next_seq OR e.seq < 0 LIMIT $1",
      {kListedStrays}));
  for (Row& row : rows) {
    const ChainPosition position{NumberIn(row[0]), NumberIn(row[1])};
    findings_.Add({{}, TakeBytes(row[2]), position, "the event belongs to no chain: it was added"});
  }
  return {};
}

Status Verifier::CheckStrayPayloads() {
  const auto rows = FAIRLINE_TRY(
      database_.Query("SELECT p.writer, p.seq FROM audit_payloads p LEFT JOIN ledger_events e "
                      "ON e.writer = p.writer AND e.seq = p.seq WHERE e.writer IS NULL LIMIT $1",
                      {kListedStrays}));
  for (const Row& row : rows) {
    const ChainPosition position{NumberIn(row[0]), NumberIn(row[1])};
    findings_.Add({{}, {}, position, "what is said there belongs to no event: it was added"});
  }
  return {};
}

Status Verifier::Pause() {
  if (options_.progress) options_.progress(tree_.size(), order_size_);
  if (options_.stop == nullptr || !*options_.stop) return {};
  return Fail(ErrorCode::kCancelled, "the verification was stopped before its end");
}

}  // namespace

std::string LedgerFinding::Text() const {
  std::string place;
  const auto add = [&](std::string part) { place += (place.empty() ? "" : ", ") + part; };
  if (index) add(fmt::format("index {}", *index));
  if (position) add(fmt::format("writer {}, number {}", position->writer, position->seq));
  if (!event_id.empty()) {
    return fmt::format("event {}{}: {}", event_id, place.empty() ? "" : " (" + place + ")", what);
  }
  return place.empty() ? what : fmt::format("{}: {}", place, what);
}

Result<LedgerReport> VerifyLedger(Database& database, const VerifyOptions& options) {
  return Verifier(database, options).Run();
}

}  // namespace fairline
