// See exchange.h. No body and no header of a request is ever logged: they hold personal data.
#include "fairline/server/middleware/exchange.h"

#include <algorithm>
#include <exception>

#include "fairline/core/log.h"

namespace fairline {
namespace {

constexpr size_t kRequestIdBytes = 64;

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '_' || c == '-';
}

Result<Response> Guarded(std::move_only_function<Result<Response>()>& make) {
  try {
    return make();
  } catch (const std::exception& exception) {
    return Fail(ErrorCode::kInternal, "unexpected exception", exception.what());
  }
}

}  // namespace

OperationMetrics::OperationMetrics(Metrics& metrics, std::string operation)
    : metrics_(metrics),
      operation_(std::move(operation)),
      duration_(metrics.Histogram("fairline_http_request_duration_seconds",
                                  "Time from the whole request to its reply.", LatencyBounds(),
                                  {{"operation", operation_}})) {}

void OperationMetrics::Count(int status) {
  auto& slot = by_status_[static_cast<size_t>(status)];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &metrics_.Counter("fairline_http_requests_total", "Requests answered.",
                                {{"operation", operation_}, {"status", std::to_string(status)}});
    slot.store(counter, std::memory_order_release);
  }
  counter->Increment();
}

void OperationMetrics::Count(int status, int64_t duration_micros) {
  Count(status);
  duration_.Observe(static_cast<double>(duration_micros) * 1e-6);
}

std::string RequestId(const Request& request, IdGenerator& ids) {
  const std::string_view given = request.Header("X-Request-Id");
  const bool sane = !given.empty() && given.size() <= kRequestIdBytes &&
                    std::ranges::all_of(given, IsIdCharacter);
  return sane ? std::string(given) : ids.Next();
}

void AddCommonHeaders(Response& response, std::string_view request_id) {
  response.headers.emplace_back("X-Request-Id", request_id);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Cache-Control", "no-store");
}

Exchange::Exchange(const Request& request, std::string_view path_parameter, std::string request_id,
                   ErrorStyle style, OperationMetrics& metrics, Responder responder)
    : request_(request),
      path_parameter_(path_parameter),
      request_id_(std::move(request_id)),
      style_(style),
      metrics_(metrics),
      started_micros_(SystemClock().MonotonicMicros()),
      responder_(std::move(responder)) {}

Exchange::~Exchange() {
  if (responder_) Reply(Fail(ErrorCode::kInternal, "the request was not answered"));
}

void Exchange::Reply(std::move_only_function<Result<Response>()> make) {
  if (!responder_) return;
  Responder responder = std::exchange(responder_, nullptr);
  responder([id = request_id_, style = style_, &metrics = metrics_, started = started_micros_,
             make = std::move(make)]() mutable {
    auto made = Guarded(make);
    if (!made && HttpStatus(made.error(), style) == 500) {
      LogError(
          "server.request_failed",
          {{"request_id", id}, {"message", made.error().message}, {"detail", made.error().detail}});
    }
    Response response = made ? *std::move(made) : ErrorResponse(made.error(), style, id);
    AddCommonHeaders(response, id);
    metrics.Count(response.status, SystemClock().MonotonicMicros() - started);
    return response;
  });
}

void Exchange::Reply(Result<Response> response) {
  Reply([response = std::move(response)]() mutable { return std::move(response); });
}

void Exchange::ReplyError(int status, std::string_view code, std::string_view message) {
  Reply(ErrorResponse(status, code, message, style_, request_id_));
}

void Exchange::ReplyError(int status, std::string_view code, const Error& error) {
  Reply(ErrorResponse(status, code, error, style_, request_id_));
}

Response JsonResponse(const Json& body, int status) {
  Response response;
  response.status = status;
  response.body = body.Dump();
  return response;
}

}  // namespace fairline
