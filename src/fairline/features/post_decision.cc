#include "fairline/features/post_decision.h"

#include <algorithm>
#include <string>

#include "fairline/features/pattern.h"

namespace fairline {
namespace {

constexpr std::string_view kColumns[] = {
    "total_pymnt*",        "total_rec_*",  "recoveries",        "collection_recovery_fee",
    "last_pymnt_*",        "next_pymnt_d", "next_pymnt_d_*",    "out_prncp*",
    "last_credit_pull_d*", "loan_status",  "last_fico_range_*", "debt_settlement_*",
    "settlement_*",        "hardship_*",   "pymnt_plan",        "pymnt_plan_*"};

// Not std::tolower, which depends on the locale.
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool IsKnownPostDecisionColumn(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), Lower);
  return std::ranges::any_of(
      kColumns, [&](std::string_view pattern) { return MatchesPattern(pattern, lower); });
}

}  // namespace fairline
