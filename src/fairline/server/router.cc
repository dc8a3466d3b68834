// Routing by a walk over the table: it is short, and a walk over eight strings costs nothing beside
// a decision.
#include "fairline/server/router.h"

#include <fmt/format.h>

#include <optional>

#include "fairline/core/limits.h"

namespace fairline {
namespace {

/// What stands for the pattern's {parameter} ("" when it has none); nullopt when `path` is another.
std::optional<std::string_view> MatchPath(std::string_view pattern, std::string_view path) {
  const size_t brace = pattern.find('{');
  if (brace == std::string_view::npos) {
    return pattern == path ? std::optional<std::string_view>("") : std::nullopt;
  }
  if (!path.starts_with(pattern.substr(0, brace))) return std::nullopt;
  const std::string_view parameter = path.substr(brace);
  if (parameter.empty() || parameter.contains('/')) return std::nullopt;
  return parameter;
}

bool Serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

/// Any operation at that path, for the shape of its errors.
const Route* RouteAt(std::string_view path) {
  for (const Route& route : Routes()) {
    if (MatchPath(route.path, path)) return &route;
  }
  return nullptr;
}

std::string_view ProblemName(int status) {
  switch (status) {
    case 408:
      return "request-timeout";
    case 413:
      return "too-large";
    case 431:
      return "header-too-large";
    case 501:
      return "unsupported";
    case 503:
      return "unavailable";
    case 505:
      return "http-version";
    default:
      return "malformed-request";
  }
}

}  // namespace

Router::Router(const Services& services, Workers& workers)
    : services_(services), workers_(workers), unmatched_(services.metrics, "none") {
  for (const Route& route : Routes()) {
    metrics_.push_back(
        std::make_unique<OperationMetrics>(services.metrics, std::string(route.operation)));
  }
}

size_t Router::BodyLimit(const Request& head) const {
  for (const Route& route : Routes()) {
    if (Serves(route, head.method) && MatchPath(route.path, head.path)) return route.body_bytes;
  }
  return limits::kDecisionBodyBytes;  // read and dropped, so that the answer is a 404 or 405
}

void Router::Handle(const Request& request, Responder responder) {
  std::string request_id = RequestId(request, services_.ids);
  for (size_t i = 0; i < Routes().size(); ++i) {
    const Route& route = Routes()[i];
    if (!Serves(route, request.method)) continue;
    const auto parameter = MatchPath(route.path, request.path);
    if (!parameter) continue;
    return Dispatch(
        route, std::make_shared<Exchange>(request, *parameter, std::move(request_id), route.errors,
                                          *metrics_[i], std::move(responder)));
  }
  responder([this, &request, id = std::move(request_id)] {
    Response response = NoSuchOperation(request, id);
    AddCommonHeaders(response, id);
    unmatched_.Count(response.status);
    return response;
  });
}

void Router::Dispatch(const Route& route, std::shared_ptr<Exchange> exchange) {
  if (route.runs_on == RunsOn::kLoop) return route.handler(services_, std::move(exchange));
  const bool queued =
      workers_.Submit([this, &route, exchange] { route.handler(services_, exchange); });
  if (queued) return;
  exchange->Reply(Fail(ErrorCode::kUnavailable,
                       "too many requests wait for the database; try again in a moment"));
}

Response Router::NoSuchOperation(const Request& request, std::string_view request_id) const {
  std::string allow;
  for (const Route& route : Routes()) {
    if (!MatchPath(route.path, request.path)) continue;
    if (!allow.empty()) allow += ", ";
    allow += route.method == "GET" ? "GET, HEAD" : std::string(route.method);
  }
  if (allow.empty()) {
    return ErrorResponse(404, "not-found", "there is nothing at this path; see /openapi.json",
                         ErrorStyle::kProblem, request_id);
  }
  Response response =
      ErrorResponse(405, "method-not-allowed", fmt::format("this path answers {} only", allow),
                    RouteAt(request.path)->errors, request_id);
  response.headers.emplace_back("Allow", allow);
  return response;
}

Response Router::Refuse(const Request& head, int status, std::string_view message) {
  const std::string request_id = RequestId(head, services_.ids);
  const Route* route = RouteAt(head.path);
  Response response =
      ErrorResponse(status, ProblemName(status), message,
                    route == nullptr ? ErrorStyle::kProblem : route->errors, request_id);
  AddCommonHeaders(response, request_id);
  unmatched_.Count(status);
  return response;
}

}  // namespace fairline
