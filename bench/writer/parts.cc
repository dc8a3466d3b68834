// The steps of decisioning/batch_commit.cc, each over all decisions before the next begins. The
// caches are kinder to that than a server is: what it leaves out counts as insert and commit.
#include "writer/parts.h"

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "fairline/core/check.h"
#include "fairline/decisioning/batch_commit.h"
#include "fairline/decisioning/record_rows.h"
#include "fairline/ledger/audit.h"
#include "fairline/ledger/event_hash.h"
#include "writer/cpu.h"
#include "writer/decisions.h"

namespace fairline::bench {
namespace {

constexpr int kRepetitions = 21;
constexpr size_t kEventsPerCommit = 50;

// Takes everything and keeps nothing; the end of a chain is all that is ever read.
class DroppingTransaction final : public Transaction {
 public:
  Status Execute(std::string_view /*sql*/, const std::vector<Value>& /*parameters*/) override {
    return {};
  }
  Status ExecuteMany(std::string_view /*sql*/,
                     std::span<const std::vector<Value>> /*rows*/) override {
    return {};
  }
  Result<std::vector<Row>> Query(std::string_view /*sql*/,
                                 const std::vector<Value>& /*parameters*/) override {
    return std::vector<Row>{{int64_t{1'000'000}, Blob{FirstChain()}}};
  }
};

// A new applicant with a key of its own, as the first application of anybody brings one.
void Seal(PendingDecision& pending, Vault& vault) {
  const Application& application = pending.record.application;
  const std::string& applicant = pending.record.applicant_id;
  const std::string index = vault.ReferenceIndex(application.product, application.external_ref);
  const SecretKey key = SecretKey::Generate();
  const std::string reference = Vault::SealReference(key, application.external_ref, applicant);
  const std::string wrapped = vault.WrapKey(key, applicant);
  SealRows(pending.rows, applicant, key);
}

class Stopwatch {
 public:
  explicit Stopwatch(size_t decisions) : decisions_(static_cast<double>(decisions)) {}

  void Time(const std::function<void()>& work) {
    const double begin = ThreadCpuSeconds();
    work();
    times_us_.push_back((ThreadCpuSeconds() - begin) * 1e6 / decisions_);
  }
  double MedianUs() {
    std::ranges::sort(times_us_);
    return times_us_[times_us_.size() / 2];
  }

 private:
  const double decisions_;
  std::vector<double> times_us_;
};

void AppendAll(std::span<const AuditEvent> events) {
  DroppingTransaction nowhere;
  while (!events.empty()) {
    const size_t count = std::min(events.size(), kEventsPerCommit);
    FAIRLINE_CHECK(AppendEvents(nowhere, kMainWriter, events.first(count)).has_value(),
                   "events are appended");
    events = events.subspan(count);
  }
}

}  // namespace

Json Parts(const std::vector<DecisionRecord>& decisions, Vault& vault, IdGenerator& ids) {
  const size_t count = decisions.size();
  Stopwatch copy(count), encode(count), seal(count), digest(count), ledger(count);
  for (int i = 0; i < kRepetitions; ++i) {
    std::vector<DecisionRecord> records;
    std::vector<PendingDecision> pending;
    std::vector<AuditEvent> events;
    records.reserve(count);
    pending.reserve(count);
    copy.Time([&] {
      for (const DecisionRecord& decision : decisions) records.push_back(Anew(decision, ids));
    });
    encode.Time([&] {
      for (DecisionRecord& record : records) {
        pending.push_back(MakePending(std::move(record), {}, {}, ids));
      }
    });
    seal.Time([&] {
      for (PendingDecision& each : pending) Seal(each, vault);
    });
    digest.Time([&] {
      for (PendingDecision& each : pending) {
        each.event.metadata["record"] = RecordDigest(each.rows);
      }
    });
    for (PendingDecision& each : pending) events.push_back(std::move(each.event));
    ledger.Time([&] { AppendAll(events); });
  }
  return Json::Object{{"copy_us", copy.MedianUs()},
                      {"encode_us", encode.MedianUs()},
                      {"seal_us", seal.MedianUs()},
                      {"digest_us", digest.MedianUs()},
                      {"ledger_us", ledger.MedianUs()}};
}

}  // namespace fairline::bench
