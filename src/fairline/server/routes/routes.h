// Every operation of the HTTP API, in one table. It and api/openapi.yaml are held equal by a test.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "fairline/core/clock.h"
#include "fairline/core/ids.h"
#include "fairline/core/metrics.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/deployment.h"
#include "fairline/decisioning/prediction_cache.h"
#include "fairline/server/middleware/exchange.h"
#include "fairline/storage/database.h"

namespace fairline {

/// What handlers work with; all of it thread-safe and alive as long as the server.
struct Services {
  Database& database;
  Vault& vault;
  Deployments& deployments;
  PredictionCache* predictions;  // nullptr: every evaluation is made anew
  DecisionWriter& writer;
  Metrics& metrics;
  const Clock& clock;
  IdGenerator& ids;
  std::string product;  // of what names none
};

/// Answers the exchange now or later, from any thread.
using Handler = void (*)(const Services& services, std::shared_ptr<Exchange> exchange);

/// Where a handler runs: on the connection's thread, which it must not hold up, or on one that may
/// wait for the database.
enum class RunsOn { kLoop, kWorker };

struct Route {
  std::string_view method;
  std::string_view path;        // at most one {parameter}, as its last segment
  std::string_view operation;   // dotted name: operationId, metric label, later the audit action
  std::string_view permission;  // x-permission; "public" needs none
  size_t body_bytes;
  ErrorStyle errors;
  RunsOn runs_on;
  Handler handler;
};

std::span<const Route> Routes();

// decisions.cc
void Predict(const Services& services, std::shared_ptr<Exchange> exchange);
void CreateDecision(const Services& services, std::shared_ptr<Exchange> exchange);
void GetDecision(const Services& services, std::shared_ptr<Exchange> exchange);
// outcomes.cc
void CreateOutcomes(const Services& services, std::shared_ptr<Exchange> exchange);
// model.cc
void ModelInfo(const Services& services, std::shared_ptr<Exchange> exchange);
// health.cc
void Live(const Services& services, std::shared_ptr<Exchange> exchange);
void Ready(const Services& services, std::shared_ptr<Exchange> exchange);
void MetricsText(const Services& services, std::shared_ptr<Exchange> exchange);
void Contract(const Services& services, std::shared_ptr<Exchange> exchange);

}  // namespace fairline
