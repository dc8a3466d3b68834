// How long records are kept, and their disposal. For each record class the longest applicable
// period counts: the statutory ones of the regions chosen and the house policy. A legal hold wins
// over all.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/config.h"
#include "fairline/core/date.h"
#include "fairline/core/ids.h"
#include "fairline/core/result.h"
#include "fairline/storage/database.h"

namespace fairline {

/// A period that a law prescribes.
struct StatutoryPeriod {
  std::string_view record_class;  // consumer_decisions, business_decisions, audit_events
  std::string_view region;        // US, US-CO, EU
  int months;
  std::string_view source;
};
const std::vector<StatutoryPeriod>& StatutoryPeriods();

struct RetentionPolicy {
  int64_t consumer_days = 0, business_days = 0, audit_days = 0, idempotency_days = 0;
  std::vector<std::string> regions;
  std::vector<std::string> business_products;
};

/// retention.* of the settings. kInvalidArgument names the setting: a period is 1 to 36,500 days, a
/// region one that StatutoryPeriods knows.
Result<RetentionPolicy> ReadRetentionPolicy(const Config& config);

/// One record class on one day: what was recorded on an earlier day than `keep_from` may go.
struct RetentionRule {
  std::string record_class;
  Date keep_from;
  std::string because;  // the period that decided: "house policy, 2555 days"
};
/// In the order consumer_decisions, business_decisions, audit_events, idempotency_keys.
std::vector<RetentionRule> RulesOn(const RetentionPolicy& policy, Date today);

struct Disposal {
  std::string record_class;
  int64_t disposed = 0;
  int64_t held = 0;  // due, but under a legal hold
};

/// Disposes of everything that is due, in short transactions, each with its event
/// `retention.dispose`. With `dry_run` only counts. Applicants without applications go with their
/// last one; the ledger's commitments stay, the payload of the events of a disposed decision goes.
/// `progress` gets the number disposed of so far.
Result<std::vector<Disposal>> DisposeDue(Database& database, IdGenerator& ids, const Clock& clock,
                                         const RetentionPolicy& policy, bool dry_run,
                                         std::string_view user,
                                         const std::function<void(int64_t)>& progress = {});

}  // namespace fairline
