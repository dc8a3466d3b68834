// The table.
#include "fairline/server/routes/routes.h"

#include "fairline/core/limits.h"

namespace fairline {

std::span<const Route> Routes() {
  using limits::kDecisionBodyBytes;
  using limits::kOutcomesBodyBytes;
  using enum ErrorStyle;
  using enum RunsOn;
  // clang-format off
  static constexpr Route routes[] = {
      {"POST", "/predict",           "decisions.predict", "decisions:create", kDecisionBodyBytes, kPlain,   kLoop,   Predict},
      {"POST", "/v1/decisions",      "decisions.create",  "decisions:create", kDecisionBodyBytes, kProblem, kLoop,   CreateDecision},
      {"GET",  "/v1/decisions/{id}", "decisions.get",     "decisions:read",   0,                  kProblem, kWorker, GetDecision},
      {"POST", "/v1/outcomes",       "outcomes.create",   "outcomes:create",  kOutcomesBodyBytes, kProblem, kWorker, CreateOutcomes},
      {"GET",  "/model/info",        "models.info",       "models:read",      0,                  kProblem, kLoop,   ModelInfo},
      {"GET",  "/livez",             "health.live",       "public",           0,                  kProblem, kLoop,   Live},
      {"GET",  "/readyz",            "health.ready",      "public",           0,                  kProblem, kLoop,   Ready},
      {"GET",  "/metrics",           "metrics.read",      "metrics:read",     0,                  kProblem, kLoop,   MetricsText},
      {"GET",  "/openapi.json",      "contract.read",     "public",           0,                  kProblem, kLoop,   Contract},
  };
  // clang-format on
  return routes;
}

}  // namespace fairline
