// The rules: which day a record class is kept from.
#include "fairline/governance/retention.h"

#include <fmt/format.h>

#include <algorithm>

namespace fairline {
namespace {

constexpr int64_t kDaysMax = 36'500;

std::vector<std::string> SplitByComma(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Result<int64_t> Days(const Config& config, std::string_view setting) {
  const int64_t days = config.Integer(setting);
  if (days >= 1 && days <= kDaysMax) return days;
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("{}: {} is not in 1 to {}", setting, days, kDaysMax));
}

Status CheckRegions(const std::vector<std::string>& regions) {
  for (const std::string& region : regions) {
    const auto known = std::ranges::find(StatutoryPeriods(), region, &StatutoryPeriod::region);
    if (known != StatutoryPeriods().end()) continue;
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("retention.regions: \"{}\" is none of US, US-CO, EU", region));
  }
  return {};
}

RetentionRule RuleOf(std::string_view record_class, int64_t house_days,
                     const RetentionPolicy& policy, Date today) {
  RetentionRule rule{.record_class = std::string(record_class),
                     .keep_from = today - std::chrono::days(house_days),
                     .because = fmt::format("house policy, {} days", house_days)};
  for (const StatutoryPeriod& period : StatutoryPeriods()) {
    if (period.record_class != record_class) continue;
    if (std::ranges::find(policy.regions, period.region) == policy.regions.end()) continue;
    const Date keep_from = AddMonths(today, -period.months);
    if (keep_from >= rule.keep_from) continue;
    rule.keep_from = keep_from;
    rule.because = fmt::format("{}, {} months", period.source, period.months);
  }
  return rule;
}

}  // namespace

// Periods run from the notification; the day of the decision is never later than that by more than
// the 30 days a notice may take, so those are one month longer here.
const std::vector<StatutoryPeriod>& StatutoryPeriods() {
  static const std::vector<StatutoryPeriod> periods = {
      {"consumer_decisions", "US", 26, "12 CFR 1002.12(b): 25 months after notification"},
      {"consumer_decisions", "US-CO", 36, "Colorado SB 26-189"},
      {"consumer_decisions", "EU", 6, "EU AI Act Art. 19 and 26(6)"},
      {"business_decisions", "US", 13, "12 CFR 1002.12(b): 12 months after notification"},
      {"business_decisions", "EU", 6, "EU AI Act Art. 19 and 26(6)"},
      {"audit_events", "US", 26, "12 CFR 1002.12(b): 25 months after notification"},
      {"audit_events", "US-CO", 36, "Colorado SB 26-189"},
      {"audit_events", "EU", 6, "EU AI Act Art. 19 and 26(6)"},
  };
  return periods;
}

Result<RetentionPolicy> ReadRetentionPolicy(const Config& config) {
  RetentionPolicy policy;
  policy.consumer_days = FAIRLINE_TRY(Days(config, "retention.decisions_days"));
  policy.business_days = FAIRLINE_TRY(Days(config, "retention.business_decisions_days"));
  policy.audit_days = FAIRLINE_TRY(Days(config, "retention.audit_days"));
  policy.idempotency_days = FAIRLINE_TRY(Days(config, "retention.idempotency_days"));
  policy.regions = SplitByComma(config.String("retention.regions"));
  policy.business_products = SplitByComma(config.String("retention.business_products"));
  FAIRLINE_TRY(CheckRegions(policy.regions));
  return policy;
}

std::vector<RetentionRule> RulesOn(const RetentionPolicy& policy, Date today) {
  return {RuleOf("consumer_decisions", policy.consumer_days, policy, today),
          RuleOf("business_decisions", policy.business_days, policy, today),
          RuleOf("audit_events", policy.audit_days, policy, today),
          RuleOf("idempotency_keys", policy.idempotency_days, policy, today)};
}

}  // namespace fairline
