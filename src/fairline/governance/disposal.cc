// Disposal by class. Ids sort by time, so what is due is a range of ids, worked through in order;
// the stored time decides.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "fairline/governance/legal_hold.h"
#include "fairline/governance/retention.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

constexpr int64_t kChunkRows = 500;

struct DueDecision {
  std::string decision_id, prediction_id, application_id, applicant_id;
};

int64_t MicrosOf(Date day) {
  return std::chrono::duration_cast<std::chrono::microseconds>(day.time_since_epoch()).count();
}

class Disposer {
 public:
  Disposer(Database& database, IdGenerator& ids, const Clock& clock, bool dry_run,
           std::string_view user, const std::function<void(int64_t)>& progress)
      : database_(database),
        ids_(ids),
        clock_(clock),
        dry_run_(dry_run),
        user_(user),
        progress_(progress) {}

  /// Decisions whose product is, or is not, one of `products`.
  Result<Disposal> Decisions(const RetentionRule& rule, const std::vector<std::string>& products,
                             bool listed) {
    Disposal disposal{.record_class = rule.record_class};
    const std::string before = FormatTimestamp(MicrosOf(rule.keep_from));
    const std::string end = UuidFloor(MicrosOf(rule.keep_from));
    std::string after = UuidFloor(0);
    while (true) {
      const auto rows = FAIRLINE_TRY(database_.Query(
          "SELECT d.id, p.id, a.id, a.applicant_id, a.product FROM decisions d "
          "JOIN predictions p ON p.id = d.prediction_id "
          "JOIN applications a ON a.id = p.application_id "
          "WHERE d.id > $1 AND d.id < $2 AND d.created_at < $3 ORDER BY d.id LIMIT $4",
          {after, end, before, kChunkRows}));
      if (rows.empty()) return disposal;
      after = std::get<std::string>(rows.back()[0]);
      std::vector<DueDecision> due;
      for (const Row& row : rows) {
        const auto text = [&](size_t column) { return std::get<std::string>(row[column]); };
        if ((std::ranges::find(products, text(4)) != products.end()) != listed) continue;
        due.push_back({text(0), text(1), text(2), text(3)});
      }
      FAIRLINE_TRY(DisposeOf(due, rule, disposal));
    }
  }

  Result<Disposal> AuditEvents(const RetentionRule& rule) {
    return Plain(rule, "audit_payloads", "timestamp < $1 AND entity_type <> 'decision'");
  }

  Result<Disposal> IdempotencyKeys(const RetentionRule& rule) {
    return Plain(rule, "idempotency_keys", "created_at < $1");
  }

 private:
  Status DisposeOf(const std::vector<DueDecision>& due, const RetentionRule& rule,
                   Disposal& disposal) {
    int64_t disposed = 0, held = 0;
    FAIRLINE_TRY(database_.Write([&](Transaction& transaction) -> Status {
      disposed = held = 0;
      std::map<std::string, bool> holds;
      for (const DueDecision& decision : due) {
        auto known = holds.find(decision.applicant_id);
        if (known == holds.end()) {
          const auto hold = FAIRLINE_TRY(HoldOn(transaction, decision.applicant_id));
          known = holds.emplace(decision.applicant_id, hold.has_value()).first;
        }
        (known->second ? held : disposed) += 1;
        if (!known->second && !dry_run_) FAIRLINE_TRY(Delete(transaction, decision));
      }
      if (dry_run_ || disposed == 0) return {};
      return AppendEvent(transaction, EventOf(rule, disposed));
    }));
    disposal.disposed += disposed;
    disposal.held += held;
    Progress(disposed);
    return {};
  }

  static Status Delete(Transaction& transaction, const DueDecision& due) {
    const auto run = [&](std::string_view sql, const std::string& id) {
      return transaction.Execute(sql, {id});
    };
    FAIRLINE_TRY(run("DELETE FROM outcomes WHERE decision_id = $1", due.decision_id));
    FAIRLINE_TRY(run("DELETE FROM idempotency_keys WHERE decision_id = $1", due.decision_id));
    FAIRLINE_TRY(run("DELETE FROM decisions WHERE id = $1", due.decision_id));
    FAIRLINE_TRY(run("DELETE FROM predictions WHERE id = $1", due.prediction_id));
    FAIRLINE_TRY(run("DELETE FROM applications WHERE id = $1", due.application_id));
    FAIRLINE_TRY(
        run("DELETE FROM applicants WHERE id = $1 AND NOT EXISTS "
            "(SELECT 1 FROM applications a WHERE a.applicant_id = applicants.id)",
            due.applicant_id));
    return run("DELETE FROM audit_payloads WHERE entity_type = 'decision' AND entity_id = $1",
               due.decision_id);
  }

  // What belongs to no applicant. A hold on everything keeps it.
  Result<Disposal> Plain(const RetentionRule& rule, std::string_view table,
                         std::string_view condition) {
    Disposal disposal{.record_class = rule.record_class};
    const std::vector<Value> before = {FormatTimestamp(MicrosOf(rule.keep_from))};
    FAIRLINE_TRY(database_.Write([&](Transaction& transaction) -> Status {
      disposal.disposed = disposal.held = 0;
      const auto rows = FAIRLINE_TRY(transaction.Query(
          fmt::format("SELECT COUNT(*) FROM {} WHERE {}", table, condition), before));
      const int64_t due = std::get<int64_t>(rows[0][0]);
      const auto hold = FAIRLINE_TRY(HoldOn(transaction, UuidFloor(0)));
      (hold ? disposal.held : disposal.disposed) = due;
      if (dry_run_ || disposal.disposed == 0) return {};
      FAIRLINE_TRY(
          transaction.Execute(fmt::format("DELETE FROM {} WHERE {}", table, condition), before));
      return AppendEvent(transaction, EventOf(rule, disposal.disposed));
    }));
    Progress(disposal.disposed);
    return disposal;
  }

  AuditEvent EventOf(const RetentionRule& rule, int64_t disposed) {
    return {.id = ids_.Next(),
            .entity_type = "record_class",
            .entity_id = rule.record_class,
            .action = "retention.dispose",
            .user_id = std::string(user_),
            .metadata = Json::Object{{"disposed", disposed},
                                     {"before", FormatDate(rule.keep_from)},
                                     {"because", rule.because}},
            .created_at_micros = clock_.NowMicros()};
  }

  void Progress(int64_t disposed) {
    total_ += disposed;
    if (progress_) progress_(total_);
  }

  Database& database_;
  IdGenerator& ids_;
  const Clock& clock_;
  const bool dry_run_;
  const std::string user_;
  const std::function<void(int64_t)>& progress_;
  int64_t total_ = 0;
};

}  // namespace

Result<std::vector<Disposal>> DisposeDue(Database& database, IdGenerator& ids, const Clock& clock,
                                         const RetentionPolicy& policy, bool dry_run,
                                         std::string_view user,
                                         const std::function<void(int64_t)>& progress) {
  const auto today =
      std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::microseconds>(
          std::chrono::microseconds(clock.NowMicros())));
  const std::vector<RetentionRule> rules = RulesOn(policy, today);
  Disposer disposer(database, ids, clock, dry_run, user, progress);
  std::vector<Disposal> disposals;
  disposals.push_back(FAIRLINE_TRY(disposer.Decisions(rules[0], policy.business_products, false)));
  disposals.push_back(FAIRLINE_TRY(disposer.Decisions(rules[1], policy.business_products, true)));
  disposals.push_back(FAIRLINE_TRY(disposer.AuditEvents(rules[2])));
  disposals.push_back(FAIRLINE_TRY(disposer.IdempotencyKeys(rules[3])));
  return disposals;
}

}  // namespace fairline
