// Decisions: made, recorded, read back. POST /predict and POST /v1/decisions are one path with two
// shapes of body and reply (docs/life_of_a_decision.md).
#include <algorithm>
#include <utility>

#include "fairline/core/log.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/server/routes/decision_document.h"
#include "fairline/server/routes/decision_request.h"
#include "fairline/server/routes/routes.h"

namespace fairline {
namespace {

using Render = Response (*)(const DecisionRecord& record, bool replayed);

Result<Evaluation> EvaluateOrRecall(const Services& services, const Deployment& deployment,
                                    const Application& application) {
  if (services.predictions == nullptr) return Evaluate(deployment, application);
  return services.predictions->Evaluate(deployment, application);
}

/// Decides and queues the record; the reply is sent by the commit. `prefix`: see ToApplication.
Status Submit(const Services& services, const std::shared_ptr<Exchange>& exchange,
              const DecisionRequest& request, std::string_view prefix, Render render) {
  auto key = FAIRLINE_TRY(ReadIdempotencyKey(exchange->request(), request));
  const auto deployment = FAIRLINE_TRY(services.deployments.Current());
  Application application = FAIRLINE_TRY(ToApplication(request, *deployment, prefix));
  Evaluation evaluation = FAIRLINE_TRY(EvaluateOrRecall(services, *deployment, application));
  DecisionRecord record = RecordDecision(*deployment, std::move(application), std::move(evaluation),
                                         services.clock, services.ids);
  services.writer.Submit(
      std::move(record), std::move(key), [exchange, render](Result<Committed> committed) {
        // The only fault of the caller's that a commit can find.
        if (!committed && committed.error().code == ErrorCode::kInvalidArgument) {
          return exchange->ReplyError(422, "idempotency-key-reused", committed.error());
        }
        exchange->Reply([committed = std::move(committed), render]() -> Result<Response> {
          if (!committed) return std::unexpected(committed.error());
          return render(committed->record, committed->replayed);
        });
      });
  return {};
}

Response RenderPrediction(const DecisionRecord& record, bool replayed) {
  Response response = JsonResponse(PredictionDocument(record));
  if (replayed) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

Response RenderDecision(const DecisionRecord& record, bool replayed) {
  Response response = JsonResponse(DecisionDocument(record), replayed ? 200 : 201);
  response.headers.emplace_back("Location", "/v1/decisions/" + record.decision_id);
  if (replayed) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

Result<Response> ReadBack(const Services& services, std::string_view id) {
  const auto record = LoadDecision(services.database, services.vault, id);
  return JsonResponse(DecisionDocument(FAIRLINE_TRY(record)));
}

/// application/json, application/…+json, or no word about it.
bool SaysJson(const Request& request) {
  std::string type(request.Header("Content-Type").substr(0, 128));
  type.resize(std::min(type.find(';'), type.size()));
  while (type.ends_with(' ')) type.pop_back();
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return type.empty() || type == "application/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

}  // namespace

void Predict(const Services& services, std::shared_ptr<Exchange> exchange) {
  // Any Content-Type: `curl -d` says it sends a form, and the bytes decide.
  const Status status = [&]() -> Status {
    const auto request = FAIRLINE_TRY(ReadPredictBody(exchange->request().body));
    return Submit(services, exchange, request, "", RenderPrediction);
  }();
  if (!status) exchange->Reply(std::unexpected(status.error()));
}

void CreateDecision(const Services& services, std::shared_ptr<Exchange> exchange) {
  if (!SaysJson(exchange->request()))
    return exchange->ReplyError(415, "unsupported-media-type", "send the body as application/json");
  const Status status = [&]() -> Status {
    const auto request = FAIRLINE_TRY(ReadDecisionBody(exchange->request().body));
    return Submit(services, exchange, request, "features.", RenderDecision);
  }();
  if (!status) exchange->Reply(std::unexpected(status.error()));
}

void GetDecision(const Services& services, std::shared_ptr<Exchange> exchange) {
  const std::string_view id = exchange->path_parameter();
  if (!IsUuid(id)) {
    return exchange->Reply(Fail(ErrorCode::kNotFound, "no decision has this id; ids are UUIDs"));
  }
  exchange->Reply(ReadBack(services, id));
}

}  // namespace fairline
