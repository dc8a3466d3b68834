// Both shapes of an error reply.
#include "fairline/server/problem.h"

#include "fairline/core/json.h"

namespace fairline {
namespace {

/// The problem type's last path segment: what happened, in the words of the reference page.
std::string_view TypeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid-request";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kAlreadyExists:
      return "already-exists";
    case ErrorCode::kFailedPrecondition:
      return "failed-precondition";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kPermissionDenied:
      return "permission-denied";
    case ErrorCode::kTooLarge:
      return "too-large";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kDataLoss:
    case ErrorCode::kCancelled:
    case ErrorCode::kInternal:
      return "internal-error";
  }
  return "internal-error";
}

Json Faults(const std::vector<FieldFault>& faults) {
  Json list = Json::MakeArray();
  for (const FieldFault& fault : faults) {
    list.Append(Json::Object{{"field", fault.field}, {"message", fault.message}});
  }
  return list;
}

Response Render(int status, std::string_view type, const Error& error, ErrorStyle style,
                std::string_view request_id) {
  Response response;
  response.status = status;
  Json body = Json::MakeObject();
  if (style == ErrorStyle::kPlain) {
    body["error"] = error.message;
    body["fields"] = Faults(error.faults);
    body["request_id"] = request_id;
  } else {
    response.content_type = "application/problem+json";
    body["type"] = "/problems/" + std::string(type);
    body["title"] = StatusPhrase(status);
    body["status"] = status;
    body["detail"] = error.message;
    body["instance"] = request_id;
    if (!error.faults.empty()) body["errors"] = Faults(error.faults);
  }
  response.body = body.Dump();
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

int HttpStatus(const Error& error, ErrorStyle style) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return style == ErrorStyle::kProblem && !error.faults.empty() ? 422 : 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kAlreadyExists:
    case ErrorCode::kFailedPrecondition:
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kUnavailable:
    case ErrorCode::kCancelled:
      return 503;
    case ErrorCode::kUnsupported:
      return 501;
    case ErrorCode::kDataLoss:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

Response ErrorResponse(const Error& error, ErrorStyle style, std::string_view request_id) {
  const int status = HttpStatus(error, style);
  if (status != 500) return Render(status, TypeName(error.code), error, style, request_id);
  Error told{
      error.code, "something failed on our side; the request id finds it in the log", {}, {}};
  return Render(status, TypeName(error.code), told, style, request_id);
}

Response ErrorResponse(int status, std::string_view code, const Error& error, ErrorStyle style,
                       std::string_view request_id) {
  return Render(status, code, error, style, request_id);
}

Response ErrorResponse(int status, std::string_view code, std::string_view message,
                       ErrorStyle style, std::string_view request_id) {
  Error error;
  error.message = message;
  return Render(status, code, error, style, request_id);
}

}  // namespace fairline
